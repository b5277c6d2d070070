"""From a shared file to its key, and from a key to the file with its proofs.

Start at `keyed`, the table, and `keying`, which fills it by hashing what nobody remembers.
"""
