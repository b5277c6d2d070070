"""A central in memory and a guest of one, and what every `ICentral` and every `IGuest` must do."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from twisted.internet.defer import Deferred, maybeDeferred
from zope.interface import implementer
from zope.interface.verify import verifyObject

from p2pstream.codes import Code
from p2pstream.content.addresses import Address
from p2pstream.content.keys import FileKey
from p2pstream.content.listed import ListedPeer
from p2pstream.errors import P2PStreamError, Refused
from p2pstream.interfaces import ICentral, IGuest
from p2pstream.protocols.central.answers import Announced, Changed, Done, Peered, Resolved, Rows, Subject
from p2pstream.protocols.central.claims import Announce, Claim, Publish, Withdraw
from p2pstream.protocols.central.fields import PeerRow
from p2pstream.protocols.central.requests import Peers, Resolve, Search

if TYPE_CHECKING:
    from twisted.trial.unittest import SynchronousTestCase as _Case
else:
    _Case = object

__all__ = ["CentralContract", "GuestContract", "MemoryCentral", "MemoryGuest"]

_KEY = FileKey(bytes(range(32)), 1_000_000).encode()


@implementer(IGuest)
@dataclass(eq=False)
class MemoryGuest:
    """A guest that keeps what it is told."""

    id: bytes
    address: Address
    host: str = "10.0.0.1"
    told: list[Any] = field(default_factory=list)
    is_here: bool = True

    def tell(self, told: Any) -> None:
        """See `IGuest`."""
        if self.is_here:
            self.told.append(told)

    def leave(self) -> None:
        """It hears no more."""
        self.is_here = False


@implementer(ICentral)
class MemoryCentral:
    """Knows who says to have what, until that is withdrawn, and no names."""

    def __init__(self) -> None:
        self._rows: dict[bytes, dict[bytes, PeerRow]] = {}

    def joined(self, guest: IGuest) -> None:
        """See `ICentral`."""

    def left(self, guest: IGuest) -> None:
        """See `ICentral`: it may be back."""

    def ask(self, guest: IGuest, request: Any) -> Any:
        """See `ICentral`."""
        if isinstance(request, Announce):
            return self._announce(guest, request)
        if isinstance(request, Withdraw):
            for key in request.keys:
                self._rows.get(key, {}).pop(guest.id, None)
            return Done(request.request)
        if isinstance(request, Peers):
            others = [row for id, row in self._rows.get(request.key, {}).items() if id != guest.id]
            return Peered(request.request, tuple(others[: request.most]))
        if isinstance(request, Resolve | Search):
            return (Resolved if isinstance(request, Resolve) else Rows)(request.request, ())
        raise Refused("nothing is known of that here", Code.UNKNOWN_TYPE)

    def _announce(self, guest: IGuest, request: Announce) -> Announced:
        address = Address(guest.address.host, request.port)
        for claim in request.offers:
            peer = ListedPeer(address, guest.id or bytes(32), have=claim.have)
            self._rows.setdefault(claim.key, {})[guest.id] = PeerRow.of(peer)
        return Announced(request.request, 60, None, address, len(request.offers))


class CentralContract(_Case):
    """The contract of `ICentral`; for trial's ``SynchronousTestCase``."""

    def make_central(self) -> Any:
        """One that knows nothing yet."""
        raise NotImplementedError

    def visit(self, central: Any, number: int) -> MemoryGuest:
        """Somebody is there, on a network of its own."""
        visitor = MemoryGuest(bytes((number,)) * 32, Address(f"10.0.{number}.2", 40_000))
        central.joined(visitor)
        return visitor

    def asked(self, central: Any, guest: MemoryGuest, request: Any) -> Any:
        """The answer, which comes at once or by a Deferred, and bears the number of the request."""
        answer = central.ask(guest, request)
        if isinstance(answer, Deferred):
            answer = self.successResultOf(answer)
        self.assertEqual(answer.request, request.request)
        return answer

    def announce(self, central: Any, guest: MemoryGuest, number: int = 1) -> Any:
        """It says that it has something."""
        return self.asked(central, guest, Announce(number, 2050, 3, 0, 0, (Claim(_KEY),)))

    def who_has(self, central: Any, guest: MemoryGuest) -> list[str]:
        """Where those are who have it, as that one is told."""
        return [str(each.address) for each in self.asked(central, guest, Peers(7, 9, _KEY)).peers]

    def test_provides_central(self) -> None:
        """The provider has all that the interface promises."""
        self.assertTrue(verifyObject(ICentral, self.make_central()))

    def test_announced(self) -> None:
        """What one has another is told, at the address where it was seen and the port that it named."""
        central = self.make_central()
        one, other = self.visit(central, 1), self.visit(central, 2)
        announced = self.announce(central, one)
        self.assertIsInstance(announced, Announced)
        self.assertEqual((str(announced.address), announced.taken), ("10.0.1.2:2050", 1))
        self.assertGreater(announced.interval, 0)
        self.assertEqual(self.who_has(central, other), ["10.0.1.2:2050"])

    def test_withdrawn(self) -> None:
        """What is withdrawn nobody is told any more; withdrawing it again is harmless."""
        central = self.make_central()
        one, other = self.visit(central, 1), self.visit(central, 2)
        self.announce(central, one)
        for number in (3, 4):
            self.assertEqual(self.asked(central, one, Withdraw(number, (_KEY,))), Done(number))
        self.assertEqual(self.who_has(central, other), [])

    def test_nothing_is_known(self) -> None:
        """Of what nobody has, and of names that nobody signed, there is an answer that is empty."""
        central = self.make_central()
        one = self.visit(central, 1)
        self.assertEqual(self.who_has(central, one), [])
        self.assertEqual(list(self.asked(central, one, Resolve(8, 5, "nobody has this")).rows), [])
        self.assertEqual(list(self.asked(central, one, Search(9, 5)).rows), [])

    def test_what_is_wrong_is_told(self) -> None:
        """It raises or fails with an error of ours, whose text is for who asked, and harms nothing."""
        central = self.make_central()
        one = self.visit(central, 1)
        failed = maybeDeferred(central.ask, one, Publish(5, b"no record"))
        fault = self.failureResultOf(failed, P2PStreamError)
        self.assertTrue(str(fault.value))
        self.announce(central, one)

    def test_nobody_in_particular(self) -> None:
        """Whoever has no id may ask."""
        central = self.make_central()
        self.announce(central, self.visit(central, 1))
        anybody = MemoryGuest(b"", Address("10.0.9.2", 40_000))
        central.joined(anybody)
        self.assertEqual(self.who_has(central, anybody), ["10.0.1.2:2050"])

    def test_left(self) -> None:
        """Who is gone may be back, also before that was noticed; what it said outlives it."""
        central = self.make_central()
        one, other = self.visit(central, 1), self.visit(central, 2)
        self.announce(central, one)
        again = self.visit(central, 1)
        central.left(one)
        self.assertEqual(self.who_has(central, other), ["10.0.1.2:2050"])
        self.announce(central, again, 2)
        central.left(again)
        self.assertEqual(one.told + again.told, [])


class GuestContract(_Case):
    """The contract of `IGuest`; for trial's ``SynchronousTestCase``."""

    def make_guest(self) -> Any:
        """Somebody who has just joined."""
        raise NotImplementedError

    def told_to(self, guest: Any) -> list[Any]:
        """What it was told so far, once that has had time to come."""
        raise NotImplementedError

    def leave(self, guest: Any) -> None:
        """It is gone."""
        raise NotImplementedError

    def test_provides_guest(self) -> None:
        """The provider has all that the interface promises."""
        guest = self.make_guest()
        self.assertTrue(verifyObject(IGuest, guest))
        self.assertIn(len(guest.id), (0, 32))
        self.assertIsNotNone(Address(guest.host, 1).ip)
        self.assertIsNotNone(guest.address.ip)

    def test_is_nobody_else(self) -> None:
        """Two links are two guests, whoever is at their other ends: each is a key of its own."""
        guest, other = self.make_guest(), self.make_guest()
        self.assertEqual({guest: 1, other: 2}[guest], 1)

    def test_told_in_order(self) -> None:
        """What it is told comes in that order."""
        guest = self.make_guest()
        told = [Changed(Subject(name)) for name in ("a", "b", "c")]
        for each in told:
            guest.tell(each)
        self.assertEqual(self.told_to(guest), told)

    def test_gone(self) -> None:
        """Telling one who is gone is harmless."""
        guest = self.make_guest()
        self.leave(guest)
        guest.tell(Changed(Subject("a")))
        self.assertEqual(self.told_to(guest), [])
