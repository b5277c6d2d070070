"""Side content of what is shared: made once, kept, named in the films' records, and served.

Start at `sides`, which makes it in the background; `kept` is where it lies, `asking` has that of others.
"""
