"""What lies between an `IData`, filled by the reactor, and libvlc's thread, which takes.

Start at `feed`; `rebuffer` is the policy of when to halt and when to go on, `meter` measures for it.
"""
