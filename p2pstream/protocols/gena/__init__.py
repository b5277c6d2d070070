"""GENA, by which subscribers of UPnP are told of changes (UPnP Device Architecture, section 4)."""
