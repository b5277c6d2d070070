"""What a running peer does for its user's other programs: each stream is fetched once, whoever wants it.

Start at `residence`, where it is found, and `downloads`, what it fetches; `resident_stream` is what
the other programs see of it.
"""
