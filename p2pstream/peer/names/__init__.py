"""What names stand for: those that we publish, and those that others do.

Start at `book`, our own records, and `lookup`, which asks centrals; `choice` takes one stream of several.
"""
