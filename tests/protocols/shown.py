"""Frames as the pages about wire protocols show them: hexadecimal, a field a line, with words beside."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from p2pstream.protocols.link.family import Frame
from p2pstream.protocols.link.framing import FRAME

if TYPE_CHECKING:
    from twisted.trial.unittest import SynchronousTestCase as _Case
else:
    _Case = object

PAGES = Path(__file__).resolve().parents[2] / "docs" / "protocols"

_EXAMPLE = re.compile(r"   :caption: (.+)\n\n((?:   [0-9a-f]{2}\b.*\n)+)")


@dataclass(frozen=True)
class Shown:
    """One worked example."""

    title: str
    #: What its head says of the body's length, and what follows the head.
    length: int
    frame: Frame


def unhex(text: str) -> bytes:
    """Bytes from ``31 20``, or from ``00 x 3``: three zeros."""
    octet, _, times = text.partition(" x ")
    return bytes.fromhex(octet) * int(times or 1)


def shown_frames(page: str) -> list[Shown]:
    """All examples of a page, in its order."""
    return [_frame(title, lines) for title, lines in _EXAMPLE.findall((PAGES / page).read_text("utf-8"))]


def _frame(title: str, lines: str) -> Shown:
    raw = b"".join(unhex(line.partition("|")[0].strip()) for line in lines.splitlines())
    high, low, type, channel = FRAME.unpack_from(raw)
    return Shown(title, high << 16 | low, Frame(type, channel, raw[FRAME.size :]))


class BetweenPeersContract(_Case):
    """What the page about a family between peers must show, beside what its own tests look for."""

    #: The page; its recorded examples below ``tests/vectors``; what the module of messages has.
    page: str
    vectors: str
    types: Collection[int]
    kinds: Mapping[int, type[Any]]
    #: The frame that brings bytes, which is no message, and what the page calls it.
    bulk: tuple[int, str]

    def setUp(self) -> None:
        """Read the page."""
        self.shown = shown_frames(self.page)

    def test_every_message_is_shown(self) -> None:
        """All types of the family, and no other."""
        self.assertEqual({example.frame.type for example in self.shown}, set(self.types))

    def test_each_is_a_whole_frame_that_the_code_reads_and_writes(self) -> None:
        """The length is right, the channel is 1, and the message is written as it was read."""
        for example in self.shown:
            frame = example.frame
            self.assertEqual((example.length, frame.channel), (len(frame.body), 1), example.title)
            if frame.type != self.bulk[0]:
                said = self.kinds[frame.type].unpack(frame.body)
                self.assertEqual(said.pack(), frame.body, example.title)

    def test_each_is_a_recorded_one(self) -> None:
        """The page shows the bodies of the recorded examples, and all of them, under their names."""
        recorded, shown = defaultdict(list), defaultdict(list)
        text = (PAGES.parents[1] / "tests/vectors" / self.vectors).read_text("utf-8")
        for vector in json.loads(text)["messages"]:
            recorded[int(vector["type"], 16)].append(vector["body_hex"])
        names = {type: kind.__name__ for type, kind in self.kinds.items()} | dict([self.bulk])
        for example in self.shown:
            shown[example.frame.type].append(example.frame.body.hex())
            name = names[example.frame.type]
            self.assertEqual(example.title.partition(",")[0].replace(" ", ""), name.upper())
        self.assertEqual(shown, recorded)
