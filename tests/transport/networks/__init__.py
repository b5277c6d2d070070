"""Networks around this machine."""
