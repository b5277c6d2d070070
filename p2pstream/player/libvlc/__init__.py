"""libvlc: how it is made, fed from memory, asked and taken apart, and which thread may touch it.

Start at `vlc`, one instance with its media player; `machine` says who may touch it when.
"""
