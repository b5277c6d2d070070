"""What is measured while a process runs: counters, spreads of times, transfers, how late the reactor is.

Start at `instruments`, all that one process measures with; `metrics` are its figures, and `traffic`
its transfers.
"""
