"""SHOW: plays one `IData` to a person, in a window of ours or of libvlc's."""
