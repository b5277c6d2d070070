"""Who asks while something is measured: programs of their own, as lean as can be, ours and libtorrent's.

Started by the figures, as ``python -m benchmarks.loads.<name>``; of themselves they measure nothing.
"""
