"""Watching a broadcast: at its edge, so far behind it as one wishes, and anywhere in its window.

Start at `playback`; `takes` plays parts of it one after another, `tempo` keeps its distance, and
`moments` knows when what was captured.
"""
