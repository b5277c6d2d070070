"""One source, asked once for the whole stream, and watched while it sends."""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum
from typing import TypeVar

from twisted.internet.defer import CancelledError, Deferred
from twisted.internet.defer import TimeoutError as GivenUp
from twisted.internet.interfaces import IReactorTime
from twisted.python.failure import Failure

from p2pstream.content.addresses import Address
from p2pstream.errors import SourceLost
from p2pstream.interfaces import IRoomyConsumer, ISource
from p2pstream.limits import Limits
from p2pstream.swarm.inlet import Inlet
from p2pstream.transport.alarm import Alarm

Result = TypeVar("Result")

__all__ = ["Attempt", "Connect", "Stage"]

#: Dials a source.
Connect = Callable[[Address], Deferred[ISource]]


class Stage(Enum):
    """How an attempt stands; the values are those of `SourceSnapshot.state`."""

    ASKED = "asked"
    SENDING = "sending"
    FINISHED = "finished"
    LOST = "lost"


class Attempt:
    """One source, asked once.

    :param patience_s: how long it may take to begin, from when it was asked.
    :param connected: told when the dial succeeded.
    :param passed: told how many bytes come, before each write.
    """

    def __init__(
        self,
        address: Address,
        patience_s: float,
        clock: IReactorTime,
        limits: Limits,
        connected: Callable[[Attempt], None],
        passed: Callable[[Attempt, int], None],
    ) -> None:
        self.address = address
        self.patience_s = patience_s
        self.stage = Stage.ASKED
        #: Bytes that it sent.
        self.received = 0
        #: How many of them became part of the data; None: all of them, as far as is known.
        self.taken: int | None = None
        #: What it fills; None until the dial succeeded.
        self.inlet: Inlet | None = None
        #: Whether it ended in good order.
        self.ended = False
        #: Whether it was given up before its first byte, for want of patience.
        self.unheard = False
        self._clock = clock
        self._limits = limits
        self._connected = connected
        self._passed = passed
        self._alarm = Alarm(clock, self._silent)
        self._source: ISource | None = None
        self._request: Deferred[int] | None = None
        self._too_long: SourceLost | None = None

    async def run(self, connect: Connect, data: IRoomyConsumer) -> None:
        """Dial, and fill ``data`` until the source ends in good order.

        :raises SourceLost: it broke off, or said nothing for too long.  A plugin may
            raise anything else.
        :raises CancelledError: we gave up, whatever the source makes of that.
        """
        self._source = await self._dial(connect)
        self.inlet = Inlet(data, self._came)
        self._connected(self)
        self._alarm.set(self._clock.seconds() + self.patience_s)
        try:
            self._request = self._source.request(self.inlet)
            await _unless_given_up(self._request)
            self.ended = True
        except Exception as fault:
            raise self._too_long or fault from None
        finally:
            self._alarm.set(None)
            self.inlet.close()
            self._source.close()

    async def _dial(self, connect: Connect) -> ISource:
        wait = self._limits.connect_s
        try:
            return await _unless_given_up(connect(self.address).addTimeout(wait, self._clock), _hang_up)
        except GivenUp:
            raise SourceLost(f"did not answer within {wait:g} s") from None

    def _came(self, count: int) -> None:
        if count:
            self.stage = Stage.SENDING
            self.received += count
        self._alarm.set(self._clock.seconds() + self._allowed())
        self._passed(self, count)

    def _allowed(self) -> float:
        return self._limits.stall_s if self.received else self.patience_s

    def _silent(self, now: float) -> None:
        assert self.inlet is not None and self._source is not None
        if self.inlet.paused:
            # We keep it waiting, not it us; going on will set the alarm.
            self._alarm.set(now + self._allowed())
            return
        self.unheard = not self.received
        self._too_long = SourceLost(f"sent nothing for {self._allowed():g} s")
        self._source.close()
        # A source may not keep its promise to fail; this one is not waited for.
        if self._request is not None:
            self._request.cancel()


def _unless_given_up(
    asked: Deferred[Result], drop: Callable[[Result], None] = lambda _: None
) -> Deferred[Result]:
    """What ``asked`` fires with; a cancel is `CancelledError` at once, whatever ``asked`` calls it.

    :param drop: gets what comes all the same after a cancel.
    """

    def give_up(waiting: Deferred[Result]) -> None:
        waiting.errback(CancelledError())
        asked.cancel()

    def came(result: Result | Failure) -> None:
        if not wanted.called:
            wanted.callback(result)
        elif not isinstance(result, Failure):
            drop(result)

    wanted: Deferred[Result] = Deferred(give_up)
    asked.addBoth(came)
    return wanted


def _hang_up(source: ISource) -> None:
    source.close()
