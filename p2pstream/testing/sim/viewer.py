"""A viewer who only counts: when the picture comes, and for how long it stands still."""

from __future__ import annotations

from typing import Any

from twisted.internet.defer import Deferred
from twisted.internet.interfaces import IConsumer, IReactorTime
from twisted.python.failure import Failure
from zope.interface import implementer

from p2pstream.errors import ReadStopped
from p2pstream.interfaces import IArriving

__all__ = ["ModelViewer"]

#: What is held above this much playing time is read on below that part of it.
_AGAIN = 0.9
#: Seconds of playing after which the position on screen is told anew.
_TOLD_S = 0.25


@implementer(IConsumer)
class ModelViewer:
    """Reads as a player does: as far ahead as its buffer goes, and plays at an even rate.

    It plays when ``start_s`` of film are there, and stands still when there is nothing;
    then it plays again when ``again_s`` are there.

    :param rate: bytes of film a second.
    :param buffer_s: how much film it holds at most.
    :ivar began: when it was asked to play; ``started``: when there was a picture; None: not yet.
    :ivar stalls: when it stood still, and for how long; a seek is none.
    :ivar seeks: how long each seek took to a picture.
    :ivar firsts: how long each seek to what was not here took to its first byte.
    :ivar wrong: bytes that were not those of the film.
    """

    def __init__(
        self,
        clock: IReactorTime,
        data: IArriving,
        film: bytes,
        rate: float,
        buffer_s: float = 10.0,
        start_s: float = 1.0,
        again_s: float = 1.0,
    ) -> None:
        self._clock = clock
        self._data = data
        self._film = memoryview(film)
        self._rate = rate
        self._most = int(buffer_s * rate)
        self._start = start_s * rate
        self._again = again_s * rate
        self._producer: Any = None
        self._paused = False
        self._reading: Deferred[Any] | None = None
        #: The byte on screen at ``_since``, and the first that was not read.
        self._shown = self._told = 0.0
        self._read = 0
        self._since = clock.seconds()
        self._waits_since: float | None = clock.seconds()
        self._wants = self._start
        self._alarm: Any = None
        self._play = data.cursor(0, "play")
        self.began = clock.seconds()
        self.started: float | None = None
        self.ended: float | None = None
        self.stalls: list[tuple[float, float]] = []
        self.seeks: list[float] = []
        self.firsts: list[float] = []
        self._seeking = False
        #: When what was sought, and was not here, was asked for.
        self._sought: float | None = None
        self.wrong = 0
        self.fault: Failure | None = None
        self._begin(0)

    @property
    def is_waiting(self) -> bool:
        """Whether the picture stands still now."""
        return self._waits_since is not None and self.ended is None

    @property
    def shown(self) -> float:
        """The byte on screen."""
        if self._waits_since is not None:
            return self._shown
        return min(float(self._read), self._shown + (self._clock.seconds() - self._since) * self._rate)

    @property
    def stalled_s(self) -> float:
        """For how long it stood still in all, now included."""
        now = self._clock.seconds()
        still = now - self._waits_since if self._waits_since is not None and self.started is not None else 0.0
        return sum(seconds for _, seconds in self.stalls) + (0.0 if self._seeking else still)

    def seek(self, position: int) -> None:
        """Go on at another byte of the film."""
        self._stop()
        self._pass()
        self._shown, self._read = float(position), position
        self._wants, self._seeking = self._start, True
        self._waits_since = now = self._clock.seconds()
        self._sought = None if self._data.have.covers(position, position + 1) else now
        self.ended = None
        self._play.move(position)
        self._begin(position)

    def close(self) -> None:
        """Watch no more."""
        self._stop()
        self._play.close()
        if self._alarm is not None and self._alarm.active():
            self._alarm.cancel()

    def registerProducer(self, producer: Any, streaming: bool) -> None:
        """See `IConsumer`."""
        self._producer, self._paused = producer, False

    def unregisterProducer(self) -> None:
        """See `IConsumer`."""
        self._producer = None

    def write(self, data: bytes) -> None:
        """See `IConsumer`."""
        if self._film[self._read : self._read + len(data)] != data:
            self.wrong += len(data)
        if self._sought is not None:
            self.firsts.append(self._clock.seconds() - self._sought)
            self._sought = None
        self._read += len(data)
        self._look()

    def _begin(self, position: int) -> None:
        self._reading = self._data.read_to(self, position)
        self._reading.addErrback(self._broke)

    def _stop(self) -> None:
        reading, self._reading = self._reading, None
        if reading is not None:
            reading.cancel()

    def _broke(self, failure: Failure) -> None:
        if not failure.check(ReadStopped):
            self.fault = failure

    def _pass(self) -> None:
        """Play on until now."""
        self._shown, self._since = self.shown, self._clock.seconds()

    def _look(self) -> None:
        """See what has become of the picture, and when to look again."""
        self._pass()
        held, last = self._read - self._shown, self._read >= len(self._film)
        if self._waits_since is not None:
            if held >= self._wants or (last and held > 0):
                self._goes_on(self._since)
        elif held < 1:
            self._stands_still(self._since, last)
        if self._producer is not None and not self._paused and held >= self._most:
            self._paused = True
            self._producer.pauseProducing()
        elif self._producer is not None and self._paused and held < self._most * _AGAIN:
            self._paused = False
            self._producer.resumeProducing()
        # Often enough for whoever sends to know how urgent it is, as a player does.
        if not last and abs(self._shown - self._told) >= _TOLD_S * self._rate:
            self._told = self._shown
            self._play.move(int(self._shown))
        self._set_alarm()

    def _goes_on(self, now: float) -> None:
        assert self._waits_since is not None, "it stands still"
        if self.started is None:
            self.started = now
        elif self._seeking:
            self.seeks.append(now - self._waits_since)
        else:
            self.stalls.append((self._waits_since, now - self._waits_since))
        self._seeking, self._waits_since = False, None

    def _stands_still(self, now: float, last: bool) -> None:
        if last:
            self.ended = self.ended or now
            return
        self._waits_since, self._wants = now, self._again

    def _set_alarm(self) -> None:
        if self._alarm is not None and self._alarm.active():
            self._alarm.cancel()
        if self._waits_since is not None or self.ended is not None:
            return
        held = self._read - self._shown
        until = held if not self._paused else held - self._most * _AGAIN + 1
        # A player says where it is whether anything comes or not.
        self._alarm = self._clock.callLater(min(max(until / self._rate, 1e-3), _TOLD_S), self._look)
