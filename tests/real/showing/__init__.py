"""Cases that show films in a window: each module runs in a process of its own.

SFML and libvlc can abort the process that they are in, so `tests.real.players.test_player`
runs these modules with trial in a child under an Xvfb, and no other way: their names
do not begin with ``test_``.
"""
