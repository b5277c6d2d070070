"""Streams on their way here, and what is here of them for others.

Start at `proven`, a stream with a key; `plain` is one that nothing proves.  `own_streams` gives
on what is here, `exchange` finds sources while no central can be asked.
"""
