"""FROM WHOM: driving sources, whatever protocol they speak, to fill a stream."""
