"""Proven streams: contracts of the seams of ``interfaces.proofs``, and films with trees.

Start at `proven`, a film with its tree, and `units`, a source of it that is none.

- `streams`: `IStream`, `IStoredStream`; `store`: `IStore`; `hasher`: `IHasher`
- `unit_sources`: `IUnitSource`; `listeners`: `IUnitListener`
"""
