"""Films opened, in processes apart: what is in them, pictures, subtitles, another container.

Needs PyAV (the extra ``media``), which nothing but the worker imports (``docs/decisions/worker-once``).
Start at `workers`, an `IMedia`, and at `messages`, what is said on the pipes; `worker` and `capture`
are the programs at their other ends, which trust nothing that they open.
"""
