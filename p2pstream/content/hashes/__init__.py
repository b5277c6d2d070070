"""Trees of hashes (BEP 52): over a stream as a whole, and over one that grows.

Start at `merkle`, a tree as arrays of bytes; `hash_pages` is what of it is sent at once, `leaf_pages` what of
that nobody keeps, and `slices` a tree that grows.
"""
