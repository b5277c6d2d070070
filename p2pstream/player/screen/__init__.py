"""The SFML window: the film's picture, and what `scene` says, drawn over it.

Start at `projector`, which brings libvlc's frames and the overlay together on the `canvas`.
"""
