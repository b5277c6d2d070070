"""Short programs over the parts: arguments, progress, exit codes.

A module here imports nothing heavy before its arguments are understood, so that
``--help``, ``--version`` and a slip of the finger are answered at once.
"""
