"""Signed names: which are taken, how they are kept, and by which words they are found.

Start at `ownership`, which decides, and `catalogue_memory` or `catalogue_sqlite`, which keep.
"""
