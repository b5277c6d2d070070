"""MINE: what this peer shares, and the streams that it opens."""
