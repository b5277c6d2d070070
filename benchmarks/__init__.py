"""One command per figure: ``python -m benchmarks.<figure>``, run by hand on a quiet machine.

Each measures its competitors in the same run, interleaved, after a discarded warm-up,
and writes what it found with its conditions to ``docs/benchmarks/<figure>.json``.
"""
