"""Where somebody who joins begins to watch.  Pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from p2pstream.content.signed.heads import NO_RAP, Head

__all__ = ["Start", "choose_start"]


class Start(NamedTuple):
    """A slice, and the byte of it at which to begin."""

    head: Head
    byte: int


def choose_start(heads: Sequence[Head], delay_s: float) -> Start | None:
    """The newest place at which one may begin that leaves half of the delay for what has to come.

    Where there is none that old, the oldest; where one may begin nowhere, as of streams of an
    unknown kind, the slice that is so old.

    :param heads: what is known of the newest epoch, in any order.
    """
    known = sorted((head for head in heads if head.count), key=lambda head: head.seq)
    if not known:
        return None
    latest = known[-1].captured_ms - delay_s * 500
    places = [head for head in known if head.rap != NO_RAP] or known
    old = [head for head in places if head.captured_ms <= latest]
    chosen = old[-1] if old else places[0]
    return Start(chosen, max(chosen.rap, 0))
