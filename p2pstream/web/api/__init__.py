"""``/api/v1``: what a node shows and lets people change, for programs."""
