"""Broadcasts that several players and pages of one machine watch."""

from __future__ import annotations

from typing import Any

from twisted.internet.defer import Deferred, succeed
from twisted.python.failure import Failure
from twisted.trial.unittest import SynchronousTestCase
from zope.interface.verify import verifyObject

from p2pstream.content.keys import LiveKey
from p2pstream.content.ranges import Ranges
from p2pstream.content.views import StreamSnapshot
from p2pstream.errors import StorageError
from p2pstream.interfaces import IFetched
from p2pstream.peer.live.shared_viewings import SharedViewings, UsedViewing
from tests.content.broadcasts import KEY


class Watched:
    """As `peer.live.viewing.LiveViewing`."""

    def __init__(self, key: LiveKey) -> None:
        self.key = key
        self.data: Any = object()
        self.broadcast: Any = object()
        self.view: Any = self
        self.done: Deferred[None] = Deferred()
        self.closed = 0

    def snapshot(self) -> StreamSnapshot:
        """How it stands."""
        return StreamSnapshot("show", None, Ranges([(5, 9)]), 4.0, verified=True, live=True)

    def close(self) -> Deferred[None]:
        """Count it."""
        self.closed += 1
        return succeed(None)


class SharedViewingsTests(SynchronousTestCase):
    """Each broadcast once."""

    def setUp(self) -> None:
        """Nothing is watched."""
        self.turns = 0
        self.viewings = SharedViewings(self.turned)
        self.opened: list[Watched] = []
        self.held: Deferred[None] | None = None

    def turned(self) -> None:
        """Count it."""
        self.turns += 1

    async def opens(self) -> Any:
        """Take part, when the test says so."""
        if self.held is not None:
            await self.held
        self.opened.append(Watched(KEY))
        return self.opened[-1]

    def join(self) -> Deferred[tuple[UsedViewing, bool]]:
        """One more."""
        return Deferred.fromCoroutine(self.viewings.join(KEY, self.opens))

    def test_two_at_once(self) -> None:
        """The first has it opened, the other waits for that; the last who leaves closes it."""
        self.held = Deferred()
        waiting = [self.join(), self.join()]
        self.assertEqual([each.called for each in waiting], [False, False])
        self.held.callback(None)
        (one, is_new), (two, is_new_too) = (self.successResultOf(each) for each in waiting)
        self.assertEqual((is_new, is_new_too, len(self.opened), self.turns), (True, False, 1, 1))
        self.assertTrue(verifyObject(IFetched, one))
        (shown,) = self.viewings.shown()
        self.assertEqual((shown.key, shown.length, shown.users, shown.rate), (KEY.text, None, 2, 4.0))
        for _ in range(2):
            self.successResultOf(one.close())
        self.assertEqual(self.opened[0].closed, 0)
        self.successResultOf(two.stop())
        self.assertEqual((self.opened[0].closed, self.viewings.shown(), self.turns), (1, [], 2))
        self.successResultOf(self.join())
        self.assertEqual(len(self.opened), 2)

    def test_cannot_be_opened(self) -> None:
        """The next one tries anew."""
        self.held = Deferred()
        waiting = self.join()
        self.held.errback(StorageError("the disk is full"))
        self.failureResultOf(waiting, StorageError)
        self.held = None
        self.successResultOf(self.join())

    def test_over(self) -> None:
        """All who are there are told, of an end and of a fault."""
        for outcome in (None, Failure(StorageError("it contradicts itself"))):
            one, _ = self.successResultOf(self.join())
            self.opened[-1].done.callback(outcome) if outcome is None else self.opened[-1].done.errback(
                outcome
            )
            if outcome is None:
                self.successResultOf(one.done)
            else:
                self.failureResultOf(one.done, StorageError)
            self.successResultOf(one.close())

    def test_close(self) -> None:
        """Nothing is watched for anybody."""
        one, _ = self.successResultOf(self.join())
        self.successResultOf(Deferred.fromCoroutine(self.viewings.close()))
        self.successResultOf(one.close())
        self.assertEqual(self.opened[0].closed, 1)
