"""What data must do of which somebody needs to know more than its bytes: where they lie, and how long."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from zope.interface.verify import verifyObject

from p2pstream.errors import Gone
from p2pstream.interfaces import IFileSpans, IHeldSpans, IRevocable, IVersioned
from p2pstream.testing.bytes.consumers import CollectingConsumer
from p2pstream.testing.bytes.data import CONTENT

if TYPE_CHECKING:
    from twisted.trial.unittest import TestCase as _Case
else:
    _Case = object

__all__ = ["HeldSpansContract", "RevocableContract", "SpansContract", "VersionedContract"]


class SpansContract(_Case):
    """The contract of `IFileSpans`."""

    seam: Any = IFileSpans
    #: Whether a provider that has all of its bytes says where they are; else it may keep that to itself.
    in_file = True
    #: What it has.
    content = CONTENT

    async def make_spans(self, content: bytes) -> Any:
        """A provider that has all of ``content``, of at least a byte, and is an `IData`, too."""
        raise NotImplementedError

    async def test_provides_spans(self) -> None:
        """The provider has all that the interface promises."""
        self.assertTrue(verifyObject(self.seam, await self.make_spans(self.content)))

    async def test_spans_are_the_bytes(self) -> None:
        """From the first byte on, one after the other, they are what a read delivers, or end before."""
        data = await self.make_spans(self.content)
        for start, stop in (
            (0, len(self.content)),
            (0, 1),
            (3, 400),
            (len(self.content) - 1, len(self.content)),
        ):
            sent = b""
            for descriptor, offset, length in data.spans(start, stop):
                self.assertGreater(length, 0)
                sent += os.pread(descriptor, length, offset)
            self.assertEqual(sent, self.content[start : start + len(sent)])
            self.assertEqual(len(sent), stop - start if self.in_file else 0)

    async def test_nothing_has_no_span(self) -> None:
        """Of no bytes there is none."""
        data = await self.make_spans(self.content)
        for place in (0, 7, len(self.content)):
            self.assertEqual(list(data.spans(place, place)), [])

    async def test_spans_that_cannot_be(self) -> None:
        """A range that cannot be is refused at once, as it is when it is read."""
        data = await self.make_spans(self.content)
        for start, stop in ((-1, 3), (5, 4), (0, len(self.content) + 1)):
            self.assertRaises(ValueError, data.spans, start, stop)

    async def test_unchanged(self) -> None:
        """Nothing is wrong with what did not change, however often it is asked for and read."""
        data = await self.make_spans(self.content)
        for _ in range(2):
            data.check()
            consumer = CollectingConsumer()
            await data.read_to(consumer)
            self.assertEqual(bytes(consumer.collected), self.content)
        data.spans(0, 1)
        data.check()


class HeldSpansContract(SpansContract):
    """The contract of `IHeldSpans`."""

    seam = IHeldSpans

    async def give_up(self, data: Any) -> None:
        """Have the provider give up all its bytes, as soon as it may."""
        raise NotImplementedError

    async def test_what_is_held_stays(self) -> None:
        """Where it was said to be, until the last who holds it lets go; doing so twice is harmless."""
        data = await self.make_spans(self.content)
        ((descriptor, offset, length),) = data.spans(10, 200)
        let_go, other = data.hold(10, 200), data.hold(0, len(self.content))
        await self.give_up(data)
        for each in (let_go, let_go, other):
            self.assertEqual(os.pread(descriptor, length, offset), self.content[10:200])
            each()
        other()

    async def test_nothing_is_held(self) -> None:
        """No bytes may be held as well as many."""
        data = await self.make_spans(self.content)
        data.hold(5, 5)()


class RevocableContract(_Case):
    """The contract of `IRevocable`; for trial's ``SynchronousTestCase``."""

    def make_revocable(self) -> Any:
        """A provider that is not taken back."""
        raise NotImplementedError

    def revoke(self, data: Any) -> None:
        """Take it back."""
        raise NotImplementedError

    def test_provides_revocable(self) -> None:
        """The provider has all that the interface promises."""
        self.assertTrue(verifyObject(IRevocable, self.make_revocable()))

    def test_all_who_wait_are_told(self) -> None:
        """Each of them once, and by a result: to be told is no failure."""
        data = self.make_revocable()
        waiting = [data.when_revoked() for _ in range(3)]
        for each in waiting:
            self.assertNoResult(each)
        self.revoke(data)
        for each in waiting:
            self.assertIsInstance(self.successResultOf(each), Gone)

    def test_who_asks_later_is_told_at_once(self) -> None:
        """What was taken back does not come again."""
        data = self.make_revocable()
        self.revoke(data)
        self.assertIsInstance(self.successResultOf(data.when_revoked()), Gone)

    def test_who_waits_no_more(self) -> None:
        """A wait that is cancelled disturbs no other."""
        data = self.make_revocable()
        gave_up, waits = data.when_revoked(), data.when_revoked()
        gave_up.addErrback(lambda _: None)
        gave_up.cancel()
        self.revoke(data)
        self.assertIsInstance(self.successResultOf(waits), Gone)

    def test_asked_again_when_told(self) -> None:
        """Whoever is told may ask again inside of that."""
        data = self.make_revocable()
        again: list[Any] = []
        data.when_revoked().addCallback(lambda _: again.append(data.when_revoked()))
        self.revoke(data)
        self.assertIsInstance(self.successResultOf(again[0]), Gone)


class VersionedContract(_Case):
    """The contract of `IVersioned`; for trial's ``SynchronousTestCase``."""

    def make_versions(self) -> list[Any]:
        """Providers of one name: the first two with the same bytes, all others with others."""
        raise NotImplementedError

    def test_provides_version(self) -> None:
        """Each has one that a header can carry."""
        for data in self.make_versions():
            self.assertTrue(verifyObject(IVersioned, data))
            self.assertRegex(data.version, r"\A[0-9A-Za-z:.-]{1,80}\Z")

    def test_other_bytes_another_version(self) -> None:
        """The same state has the same one, however often it is opened; no other has it."""
        first, again, *others = (data.version for data in self.make_versions())
        self.assertEqual(again, first)
        self.assertEqual(len({first, *others}), 1 + len(others))
