"""libvlc, as far as it can be had without a window."""
