"""Bytes: contracts of the seams of ``interfaces.bytes``, and who takes bytes, or makes them.

Start at `data`, which every `IData` inherits, and `consumers`, which are as awkward as real ones.

- `arriving`: `IArriving`, `ICursor`; `sinks`: `ISink`, `IRoomyConsumer`, `IFile`
- `spans`: `IFileSpans`, `IHeldSpans`, `IRevocable`, `IVersioned`
- `roomy`, `patterns`: who lends room, and bytes that cost no memory
"""
