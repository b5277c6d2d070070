"""Measures a film's bytes on their way to the decoder, from both ends of libvlc."""

from __future__ import annotations

from dataclasses import replace

from p2pstream.content.views import PlayerState
from p2pstream.limits import LIMITS, Limits
from p2pstream.player.intake.feed import ReadAhead
from p2pstream.player.intake.gauge import Gauge
from p2pstream.player.intake.rebuffer import STARVED, Provisions
from p2pstream.player.libvlc.vlc import DECODED_AHEAD

__all__ = ["Meter"]

#: Seconds of film that say enough of how many bytes there are in all.
JUDGED_FROM = 2.0
#: libvlc counts bytes in a C int.
WRAP = 2**32


class Meter:
    """Knows what the feed gave, and is told what libvlc has decoded."""

    def __init__(self, feed: ReadAhead, limits: Limits = LIMITS) -> None:
        self._feed = feed
        self._room = limits.prefetch_bytes
        self._gauge = Gauge(self._room)
        self._before = self._decoded = 0
        self._state = PlayerState()
        #: Where the film was begun, or last sought to, in seconds.
        self.began_at = 0.0

    def begin(self, seconds: float, demuxed: int = 0) -> None:
        """The film goes on from here, and so does the counting; libvlc's own stands at ``demuxed``."""
        self.began_at, self._before, self._decoded = seconds, demuxed, 0
        self._state = replace(self._state, position=seconds)
        self._gauge.empty(0, 0)

    def read(self, demuxed: int, state: PlayerState) -> None:
        """So far libvlc's counting has come, and so far the film."""
        self._decoded, self._state = (demuxed - self._before) % WRAP, state

    def provisions(self, still_for: float) -> Provisions:
        """How things stand; ``still_for`` seconds there was no new picture."""
        feed, since = self._feed, self._feed.blocked_since
        if still_for > STARVED and since is not None:
            self._gauge.empty(feed.taken, self._decoded)
        return Provisions(
            blocked_for=None if since is None else feed.seconds() - since,
            held=self._gauge.read(feed.taken, self._decoded, since is not None),
            room=self._room,
            position=feed.position,
            edge=feed.arrival.edge(feed.ahead),
            length=feed.length,
            byte_rate=self.byte_rate,
            still_for=still_for,
            over=feed.over,
            full=feed.full,
        )

    @property
    def byte_rate(self) -> float:
        """Bytes for one second of film; 0 while unknown."""
        length, duration = self._feed.length, self._state.duration
        if length and duration:
            return length / duration
        # A length nobody knows yet: by what was decoded, which is that much ahead.
        return self._decoded / max(DECODED_AHEAD, self._played + DECODED_AHEAD)

    @property
    def _played(self) -> float:
        return self._state.position - self.began_at

    @property
    def likely_length(self) -> int | None:
        """Bytes in all: known, or judged by what was played; None while too little was."""
        length, duration = self._feed.length, self._state.duration
        if length is not None or not duration or self._played < JUDGED_FROM:
            return length
        return int(self.byte_rate * duration)

    @property
    def on_screen(self) -> int:
        """About which byte is on screen: bytes are not spread evenly, but libvlc holds only so many."""
        read, rate = self._feed.position, self.byte_rate
        least = read - self._room - int(DECODED_AHEAD * rate)
        return min(read, max(0, least, int(rate * self._state.position)))
