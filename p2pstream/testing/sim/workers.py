"""The threads of a process on a simulated host: one call after another, each in its time."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from typing import Any

from twisted.internet.defer import Deferred, execute, succeed
from zope.interface import implementer

from p2pstream.content.hashes.hash_nodes import unit_hashes
from p2pstream.content.units import UNIT
from p2pstream.data.hasher.threads import hash_and_use
from p2pstream.interfaces import IWorkers
from p2pstream.testing.sim.credentials import sim_credentials
from p2pstream.testing.sim.disk import SimDisk
from p2pstream.transport.secure.credentials import made_credentials

__all__ = ["Memo", "SimWorkers"]

#: Bytes a second that one of them hashes.
HASHING = 800e6
#: Seconds to hand work over and take it back.
HANDING_S = 50e-6


class Memo:
    """Hashes, each worked out once, however many peers prove it: the same bytes, the same hash."""

    def __init__(self) -> None:
        #: By what is quickly seen of some bytes: those bytes, and their hashes.
        self._known: dict[tuple[bytes, int, int], tuple[bytes, bytes]] = {}

    def unit_hashes(self, run: memoryview, layer: int) -> bytes:
        """As `content.hashes.hash_nodes.unit_hashes`."""
        units = (run[at : at + UNIT] for at in range(0, len(run), UNIT))
        return b"".join([self._hashed(unit, layer) for unit in units])

    def leaves(self, unit: memoryview) -> bytes:
        """As `content.hashes.hash_nodes.leaf_hashes`, of a unit at most."""
        return self._hashed(unit, 0)

    def _hashed(self, unit: memoryview, layer: int) -> bytes:
        short = bytes(unit[:16]), len(unit), layer
        known = self._known.get(short)
        if known is None or known[0] != unit:
            known = self._known[short] = bytes(unit), unit_hashes(unit, layer)
        return known[1]


@implementer(IWorkers)
class SimWorkers:
    """Work is done at once, and told of after as long as the disk and the hashing would take."""

    def __init__(self, reactor: Any, disk: SimDisk, memo: Memo, count: int = 2) -> None:
        self._reactor = reactor
        self._disk = disk
        self._memo = memo
        self._idle = count
        self._waiting: deque[tuple[Deferred[Any], Callable[..., Any], tuple[Any, ...]]] = deque()

    def run(self, work: Callable[..., Any], *args: Any) -> Deferred[Any]:
        """See `IWorkers`."""
        done: Deferred[Any] = Deferred()
        self._waiting.append((done, work, args))
        self._begin()
        return done

    def close(self) -> Deferred[None]:
        """As of real ones."""
        return succeed(None)

    def _begin(self) -> None:
        while self._idle and self._waiting:
            done, work, args = self._waiting.popleft()
            if done.called:
                continue
            self._idle -= 1
            seconds = HANDING_S
            if work is hash_and_use:
                run, layer, work = args
                args = (self._memo.unit_hashes(run, layer),)
                seconds += len(run) / HASHING
            elif work is made_credentials:
                # Those would be of another length in each run.
                work, args = sim_credentials, ()
            self._disk.bill()
            result: Deferred[Any] = execute(work, *args)
            self._reactor.callLater(seconds + self._disk.bill(), self._tell, done, result)

    def _tell(self, done: Deferred[Any], result: Deferred[Any]) -> None:
        self._idle += 1
        self._begin()
        if not done.called:
            result.addBoth(done.callback)
        else:
            result.addErrback(lambda _: None)
