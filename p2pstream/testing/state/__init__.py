"""Disks: contracts of the seams of ``interfaces.state``, and disks in memory.

Start at `disks`, one in memory, and `state`, which every `IDisk` inherits.
`faults` are disks that fail, `power` is cut.
"""
