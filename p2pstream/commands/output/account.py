"""How a fetch stands, in the figures that people are told.  Pure."""

from __future__ import annotations

from collections.abc import Mapping

from p2pstream.content.views import SourceSnapshot, StreamSnapshot

__all__ = ["came", "given_by", "left_off"]


def came(now: StreamSnapshot, had: int) -> int:
    """How many bytes came so far, also those that had to go again.

    :param had: how many an earlier run left.
    """
    sent = sum(map(_taken, now.sources))
    return sent if now.live else max(now.have.total, min(had + sent, now.length or 0))


def given_by(now: StreamSnapshot) -> Mapping[str, int]:
    """What each of those sent of whom anything is here, in bytes, by address."""
    return {source.address: source.received for source in now.sources if _taken(source)}


def left_off(now: StreamSnapshot) -> int:
    """How many bytes of it the next fetch finds, where there is more to fetch; else 0."""
    return now.have.total if now.verified and now.have.total != now.length else 0


def _taken(source: SourceSnapshot) -> int:
    return source.received if source.taken is None else source.taken
