"""Pipes: connections, the bulk road, the sniffed port, and what they rest on."""
