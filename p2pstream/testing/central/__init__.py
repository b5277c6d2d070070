"""Centrals: contracts of the seams of ``interfaces.central``, and one in memory.

Start at `central` (`ICentral`, `IGuest`); `catalogue` is for `ICatalogue`.
"""
