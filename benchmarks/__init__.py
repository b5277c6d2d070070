"""One command per figure: ``python -m benchmarks.<figure>``, run by hand on a quiet machine.

Each measures its competitors in the same run, interleaved, after a discarded warm-up,
and writes what it found with its conditions to ``docs/benchmarks/<figure>.json``.

What is measured with stands in ``measuring``, who asks meanwhile in ``loads``.  ``live`` are the figures
of broadcasts; ``experiments`` are questions about whole swarms, answered by models: ``flows`` (units
and leaves that flow) and ``slots`` (a broadcast in steps, up to a million viewers).
"""
