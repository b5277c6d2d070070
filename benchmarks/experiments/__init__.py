"""What a swarm of hundreds does, simulated, against what is possible; one command each.

``python -m benchmarks.experiments e1 --peers 100 --seed 1 --keep`` prints each figure
beside its bar, and writes CSV and plot to ``docs/experiments``.

Start at `everybody`, E1; `outcome`, `repeats` and `record` are what all of them are made of.
"""
