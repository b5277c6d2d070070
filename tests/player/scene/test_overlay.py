from __future__ import annotations

from dataclasses import replace
from itertools import pairwise, product

from twisted.trial.unittest import SynchronousTestCase

from p2pstream.content.views import LiveState
from p2pstream.player.control.controls import KEYS
from p2pstream.player.scene.layout import Layout
from p2pstream.player.scene.overlay import scene
from p2pstream.player.scene.palette import ACCENT, LIVE, PAST
from p2pstream.player.scene.shapes import Box, Colour, Label, Primitive, Shade, SheetPart, Thumb
from p2pstream.player.scene.showing import Showing

SIZES = ((320, 180), (640, 360), (360, 640), (1280, 720), (800, 300), (1920, 1080), (3840, 2160))

FULL = Showing(
    title="A film with a name.mp4",
    position=65.0,
    duration=3700.0,
    buffered=((0.0, 0.4), (0.5, 0.6)),
    volume=60,
    speed=1.5,
    byte_rate=2_300_000,
    source="127.0.0.2:2050",
    message="Volume 60 %",
    pointed=0.7,
)
STATES = (
    FULL,
    Showing(title="x", duration=10, paused=True),
    Showing(title="x", buffering=42, detail="starving for unit 7 from 127.0.0.2:2050"),
    Showing(help=True, controls=False),
    Showing(sound_only=True),
    replace(FULL, tile=SheetPart(0, 284, 160, 284, 160)),
    replace(FULL, live=LiveState(4.1), speed=1.0),
    replace(FULL, live=LiveState(75.0, at_edge=False), message="", notice="The source is away, for 0:05"),
)


def measure(text: str, size: int) -> float:
    """About what the font measures: each character a little more than half its height."""
    return len(text) * size * 0.6


def brightness(colour: tuple[float, ...]) -> float:
    """Relative luminance, as WCAG 2 defines it."""
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in (v / 255 for v in colour)]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: tuple[float, ...], other: tuple[float, ...]) -> float:
    """Contrast ratio, as WCAG 2 defines it: 1 to 21."""
    light, dark = sorted((brightness(one), brightness(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def over(colour: Colour, ground: tuple[float, ...]) -> tuple[float, ...]:
    """The colour that a half opaque one gives on a ground."""
    share = colour[3] / 255
    return tuple(c * share + g * (1 - share) for c, g in zip(colour[:3], ground, strict=True))


def ground_at(below: tuple[Primitive, ...], x: float, y: float, film: tuple[float, ...]) -> tuple[float, ...]:
    """What is seen at a point when only ``below`` is drawn over a film of one colour."""
    ground = film
    for part in below:
        if isinstance(part, Box) and part.covers(x, y):
            ground = over(part.colour, ground)
        elif isinstance(part, Shade) and part.y <= y < part.y + part.height:
            share = (y - part.y) / part.height
            mixed = [a + (b - a) * share for a, b in zip(part.top, part.bottom, strict=True)]
            ground = over((*map(round, mixed),), ground)  # type: ignore[arg-type]
    return ground


class ContrastTests(SynchronousTestCase):
    def test_every_text_can_be_read(self) -> None:
        """Every text has a contrast of 4.5 to 1 over a white film and over a black one."""
        for size, showing, film in product(
            SIZES, (*STATES[:4], *STATES[5:]), ((255, 255, 255), (0, 0, 0), (128, 128, 128))
        ):
            drawn = scene(Layout(*size), showing, measure)
            for index, part in enumerate(drawn):
                if isinstance(part, Label):
                    self._assert_readable(part, drawn[:index], film, size)

    def _assert_readable(
        self, label: Label, below: tuple[Primitive, ...], film: tuple[int, ...], size: tuple[int, int]
    ) -> None:
        wide = measure(label.text, label.size)
        middle = label.x + {"left": wide / 2, "middle": 0, "right": -wide / 2}[label.align]
        for y in (label.y - label.size * 0.37, label.y, label.y + label.size * 0.37):
            ground = ground_at(below, middle, y, film)
            self.assertGreaterEqual(contrast(label.colour[:3], ground), 4.5, f"{label} at {size} on {film}")


class SceneTests(SynchronousTestCase):
    def test_nothing_leaves_the_window(self) -> None:
        """At every size everything that is drawn is inside the window."""
        for size, showing in product(SIZES, STATES):
            for part in scene(Layout(*size), showing, measure):
                if isinstance(part, Box | Thumb):
                    self.assertGreaterEqual(part.x, -1, f"{part} at {size}")
                    self.assertLessEqual(part.x + part.width, size[0] + 1, f"{part} at {size}")
                    self.assertLessEqual(part.y + part.height, size[1] + 1, f"{part} at {size}")
                    self.assertGreaterEqual(part.y, -1, f"{part} at {size}")

    def test_texts_of_the_row_do_not_touch(self) -> None:
        """Time, volume, speed and source stand side by side; what has no room is left out."""
        for size in SIZES:
            layout = Layout(*size)
            row = [p for p in scene(layout, FULL, measure) if isinstance(p, Label) and p.y > layout.bar.y]
            edges = []
            for label in row:
                wide = measure(label.text, label.size)
                left = label.x - (wide if label.align == "right" else 0)
                edges.append((left, left + wide))
            edges.sort()
            for (_, right), (left, _) in pairwise(edges):
                self.assertLessEqual(right, left + 1, f"{size}: {row}")

    def test_scales(self) -> None:
        """Text grows with the window, and never becomes too small to read."""
        sizes = []
        for size in ((320, 180), (640, 360), (1280, 720), (1920, 1080), (3840, 2160)):
            labels = [p.size for p in scene(Layout(*size), FULL, measure) if isinstance(p, Label)]
            self.assertGreaterEqual(min(labels), 10)
            sizes.append(max(labels))
        self.assertEqual(sizes, sorted(sizes))
        self.assertGreater(sizes[-1], 1.8 * sizes[2])

    def test_hidden(self) -> None:
        """Without controls, help or news there is nothing over the film."""
        self.assertEqual(scene(Layout(640, 360), Showing(controls=False), measure), ())

    def test_no_bar_without_duration(self) -> None:
        """A film whose length nobody knows has no bar to seek on."""
        layout = Layout(640, 360)
        drawn = scene(layout, Showing(duration=0), measure)
        self.assertEqual([p for p in drawn if isinstance(p, Box) and p.width > 300], [])

    def test_picture_to_seek_by(self) -> None:
        """It keeps its shape, and is over the place that it is of; a low window has no room for it."""
        for size, there in (((1280, 720), True), ((1920, 300), True), ((640, 110), False)):
            layout = Layout(*size)
            thumbs = [p for p in scene(layout, STATES[5], measure) if isinstance(p, Thumb)]
            self.assertEqual(bool(thumbs), there, size)
            for thumb in thumbs:
                self.assertAlmostEqual(thumb.width / thumb.height, 284 / 160)
                self.assertAlmostEqual(thumb.x + thumb.width / 2, layout.x_of(0.7), 3)
                self.assertLess(thumb.y + thumb.height, layout.bar.y)

    def test_live(self) -> None:
        """A broadcast has its mark, and how far behind it is; at the edge the knob is at the end."""
        layout = Layout(1280, 720)
        for showing, said, colour in ((STATES[6], "4.1 s behind", LIVE), (STATES[7], "−1:15", PAST)):
            drawn = scene(layout, showing, measure)
            texts = {part.text for part in drawn if isinstance(part, Label)}
            self.assertLessEqual({"LIVE", said}, texts)
            self.assertIn(replace(layout.live, colour=colour), drawn)
        knobs = [p for p in scene(layout, STATES[6], measure) if isinstance(p, Box) and p.colour == ACCENT]
        self.assertAlmostEqual(knobs[-1].x + knobs[-1].width / 2, layout.bar.x + layout.bar.width, 3)

    def test_buffered(self) -> None:
        """What is there is drawn where it is on the bar; slivers are left out."""
        layout = Layout(1280, 720)
        showing = Showing(duration=100, buffered=((0.25, 0.5), (0.9, 0.90001)))
        boxes = [p for p in scene(layout, showing, measure) if isinstance(p, Box)]
        here = [box for box in boxes if abs(box.x - layout.x_of(0.25)) < 0.01]
        self.assertEqual(len(here), 1)
        self.assertLess(abs(here[0].width - layout.bar.width / 4), 0.01)
        self.assertEqual([box for box in boxes if abs(box.x - layout.x_of(0.9)) < 0.01], [])

    def test_every_key_is_in_the_help(self) -> None:
        """The help shows each key and what it does."""
        texts = {p.text for p in scene(Layout(640, 360), STATES[3], measure) if isinstance(p, Label)}
        self.assertLessEqual({text for row in KEYS for text in row}, texts)
