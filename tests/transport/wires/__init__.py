"""Wires, and the sessions that drive them."""
