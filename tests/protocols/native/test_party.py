"""Who is told that peers take part in the exchange of addresses, and that they do no longer."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from twisted.trial.unittest import SynchronousTestCase

from p2pstream.content.addresses import Address
from p2pstream.content.keys import FileKey
from p2pstream.protocols.native.events import Acquainted, Introduced
from p2pstream.protocols.native.messages import Introduce
from p2pstream.protocols.native.party import Acquaintances, Party
from tests.protocols.native.pair import End, key_of

KEY, OTHER = key_of(4), key_of(5)
SAID = Introduce((b"a ticket",), ())


class Told:
    """An `Introductions` that writes down what it is told."""

    def __init__(self) -> None:
        self.told: list[tuple[Any, ...]] = []
        self.parties: list[Party] = []

    def joined(self, key: FileKey, party: Party) -> None:
        """See `Introductions`."""
        self.parties.append(party)
        self.told.append(("joined", key))

    def introduced(self, key: FileKey, party: Party, said: Introduce) -> None:
        """See `Introductions`."""
        self.told.append(("introduced", key, said))

    def parted(self, key: FileKey, party: Party) -> None:
        """See `Introductions`."""
        self.told.append(("parted", key))


class AcquaintancesTests(SynchronousTestCase):
    def setUp(self) -> None:
        """A link on which nobody is proven yet."""
        self.whom = Told()
        self.link = SimpleNamespace(opposite=None, address=None)
        self.made = Acquaintances(End(False).session, self.whom)

    def test_one_stream(self) -> None:
        """It joins, tells of others, and parts once."""
        self.made.happened(Acquainted(1, KEY), self.link)
        self.made.happened(Introduced(1, SAID), self.link)
        self.made.part(1)
        self.made.part(1)
        self.assertEqual(self.whom.told, [("joined", KEY), ("introduced", KEY, SAID), ("parted", KEY)])

    def test_a_stranger(self) -> None:
        """What one says who did not join, or has parted, is not heard."""
        self.made.happened(Introduced(1, SAID), self.link)
        self.made.part(1)
        self.assertEqual(self.whom.told, [])

    def test_the_end_of_the_link(self) -> None:
        """All part."""
        self.made.happened(Acquainted(1, KEY), self.link)
        self.made.happened(Acquainted(3, OTHER), self.link)
        self.made.part_all()
        self.made.part_all()
        self.assertEqual(self.whom.told[2:], [("parted", KEY), ("parted", OTHER)])

    def test_nobody_takes_part(self) -> None:
        """Where no addresses are exchanged, nothing is kept."""
        made = Acquaintances(End(False).session, None)
        made.happened(Acquainted(1, KEY), self.link)
        made.part_all()

    def test_who_it_is(self) -> None:
        """Its id counts once it is proven; and without an address it is on this machine."""
        self.made.happened(Acquainted(1, KEY), self.link)
        (party,) = self.whom.parties
        self.assertEqual((party.id, party.bound, party.address), (b"", False, Address("127.0.0.1", 1)))
        self.link.opposite = SimpleNamespace(id=b"i" * 32, authenticated=False, bound=True)
        self.assertEqual(party.id, b"")
        self.link.opposite.authenticated = True
        self.assertEqual((party.id, party.bound), (b"i" * 32, True))
