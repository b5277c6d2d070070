"""Trees of hashes."""
