"""SSDP, by which televisions find what is on their network (UPnP Device Architecture, section 1)."""
