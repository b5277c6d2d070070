"""The program that captures: whatever somebody broadcasts in, MPEG-TS out on its standard output.

A process of its own: cameras block, encoders take a processor, and what comes from
elsewhere may be hostile.

Start at `program` and `capture`; `origin` opens what is to be broadcast, `encoding` codes it.
"""
