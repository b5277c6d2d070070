"""Certificates, and TLS on our connections.

Start at `tls`: what is offered, and what proves that nobody stands between.
"""
