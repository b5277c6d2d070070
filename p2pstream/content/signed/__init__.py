"""What is signed: names by publishers, slices by sources, addresses by centrals.

Start at `records` (a name, and what it stands for), `heads` (a slice of a broadcast) and `tickets`.
"""
