"""WHO HAS IT: the central, which tells who has a stream."""
