"""The worker: a program of its own, ``python -I -S program.py FOLDER-OF-P2PSTREAM FOLDER-OF-AV``.

It imports PyAV, and of ours nothing that knows the network.

Start at `program` and `work`, its one job; `confined` is what it gives up before it sees a film.
"""
