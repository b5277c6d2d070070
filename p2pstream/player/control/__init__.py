"""What a viewer does, with keys and mouse, and what is meant by it.

Start at `remote`, everything that a viewer can have done to a film; `controls` says which key does what.
"""
