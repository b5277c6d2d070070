"""What is drawn over the film, lowest first.  Pure."""

from __future__ import annotations

from collections.abc import Iterator

from p2pstream.player.scene.edges import Edges
from p2pstream.player.scene.layout import Layout
from p2pstream.player.scene.lettering import Measure
from p2pstream.player.scene.panels import Panels
from p2pstream.player.scene.shapes import Primitive
from p2pstream.player.scene.showing import Showing

__all__ = ["scene"]


def scene(layout: Layout, showing: Showing, measure: Measure) -> tuple[Primitive, ...]:
    """All there is to draw over a film in a window of this geometry."""
    return tuple(_scene(Edges(layout, measure), Panels(layout, measure), showing))


def _scene(edges: Edges, panels: Panels, showing: Showing) -> Iterator[Primitive]:
    if showing.controls:
        yield from edges.draw(showing)
    if showing.help:
        yield from panels.help()
    elif showing.buffering is not None:
        yield from panels.buffering(showing, showing.buffering)
    elif showing.paused:
        yield from panels.paused()
    elif showing.sound_only:
        yield from panels.sound_only()
    said = showing.message or showing.notice
    if said:
        yield from panels.message(said)
