"""Frames as the pages about wire protocols show them: hexadecimal, a field a line, with words beside."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from p2pstream.protocols.link.family import Frame
from p2pstream.protocols.link.framing import FRAME

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
