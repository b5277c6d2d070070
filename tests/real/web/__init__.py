"""Looked at by HTTP: with browsers, players, televisions and curl."""
