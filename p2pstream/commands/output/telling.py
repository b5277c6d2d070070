"""What people are told of a fetch: how it stands now and then, and how it went in the end."""

from __future__ import annotations

from typing import Any

from twisted.internet.task import LoopingCall
from twisted.logger import Logger
from twisted.python.failure import Failure

from p2pstream.commands.output.account import came, given_by, left_off
from p2pstream.commands.output.output import Output
from p2pstream.content.views import Need, PlayerState, StreamSnapshot
from p2pstream.content.waits import awaited_text
from p2pstream.interfaces import IStreamView

__all__ = ["FetchTelling"]

_log = Logger()

# Often enough for eyes; a sample costs some 20 µs.
_EVERY_S = 0.25


class FetchTelling:
    """Of one stream; nothing is said of progress once it was said how it went.

    :param reactor: monotonic.
    """

    def __init__(self, reactor: Any, output: Output) -> None:
        self._reactor = reactor
        self._output = output
        self._began = reactor.seconds()
        #: Bytes that an earlier run left.
        self._had = 0
        self._view: IStreamView | None = None
        self._kept = False
        #: Whether it was told of a broadcast that its source is away.
        self._away = False
        self._sampling = LoopingCall(self._sample)
        self._sampling.clock = reactor

    def begin(self, view: IStreamView, kept: bool, cache: int) -> None:
        """It is being fetched from now on.

        :param kept: whether it becomes a file.
        :param cache: how many bytes are kept of what is none.
        """
        self._view, self._kept, self._began = view, kept, self._reactor.seconds()
        now = view.snapshot()
        self._had = now.have.total
        if kept and now.verified and now.length is not None and now.length > cache:
            self._output.happened("cache_exceeded", name=now.name, length=now.length, cache=cache)
        self._sampling.start(_EVERY_S, now=False).addErrback(_untold)

    def stop(self) -> None:
        """Say nothing of progress any more; harmless when done twice."""
        if self._sampling.running:
            self._sampling.stop()

    def broken_off(self) -> None:
        """Whoever breaks off what he wants as a file is to know that nothing of it is lost."""
        now = self._view.snapshot() if self._view is not None and self._kept else None
        if now is not None and (here := left_off(now)):
            self._output.happened("left_off", name=now.name, received=here)

    def finished(
        self, now: StreamSnapshot, sent: int, state: PlayerState | None = None, frame_s: float | None = None
    ) -> None:
        """Say how it went.

        :param sent: bytes that others were given meanwhile.
        :param state: how it was shown, and ``frame_s`` when the first picture was.
        """
        self.stop()
        seconds, received, givers = self._seconds(), came(now, self._had), given_by(now)
        if now.length == 0:
            self._output.happened("film_empty", name=now.name)
        self._output.happened(
            "finished",
            received=received,
            seconds=round(seconds, 3),
            # What was read off this machine's own disk came at no rate that anybody wants to know.
            rate=round((received - self._had) / max(seconds, 1e-3)) if givers else 0,
            sources=givers,
            verified=now.verified,
            sent=sent,
            first_frame_s=frame_s,
            shown=state and state.shown,
            lost=state and state.lost,
            ended=state and state.ended,
        )

    def _seconds(self) -> float:
        """What the transfer took, as far as it went."""
        fetched = self._output.latest.get("fetched")
        taken: float = fetched["seconds"] if fetched else self._reactor.seconds() - self._began
        return taken

    def _sample(self) -> None:
        if "fetched" in self._output.latest:
            # A film goes on for long after the last of its bytes came.
            self.stop()
        elif self._view is not None:
            now = self._view.snapshot()
            self._output.happened(
                "progress",
                received=came(now, self._had),
                length=now.length,
                rate=round(now.rate),
                waiting_for=awaited_text(now.awaited),
                behind_s=None if now.behind_s is None else round(now.behind_s, 3),
            )
            self._tell_source(now)

    def _tell_source(self, now: StreamSnapshot) -> None:
        """Whether whoever broadcasts is heard; who finds nobody at all cannot tell that it is."""
        need = now.awaited.need if now.awaited is not None else None
        if need is Need.SOURCE and not self._away:
            self._away = True
            self._output.happened("source_away", name=now.name)
        elif self._away and need not in (Need.SOURCE, Need.PEERS):
            self._away = False
            if now.length is None:
                self._output.happened("source_back", name=now.name)


def _untold(failure: Failure) -> None:
    _log.failure("progress is not told any more", failure)
