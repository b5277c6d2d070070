"""Whose stream of a name comes first, and what is said when that changes."""

from __future__ import annotations

from typing import Any

from twisted.trial.unittest import SynchronousTestCase

from p2pstream.content.folding import fold
from p2pstream.content.keys import FileKey, LiveKey, to_base32
from p2pstream.content.listed import ListedName, Standing
from p2pstream.content.namespaces import own_name
from p2pstream.content.signed.records import sign_record
from p2pstream.content.signing import Identity
from p2pstream.errors import Refused
from p2pstream.peer.names.publishers import Publishers, is_taken
from p2pstream.testing.node import HeardEvents

ANN, BEN, CARL = (Identity(bytes([number]) * 32) for number in (1, 2, 3))
NAME = "A Film.mp4"


def signed(by: Identity, standing: Standing = Standing.OTHER, name: str = NAME, **more: Any) -> ListedName:
    """A stream of that name."""
    record = sign_record(by, name, FileKey(by.id, 70_000), 10**12, **more)
    return ListedName(name, standing, record.key, record)


MAPPED = ListedName(NAME, Standing.MAPPED)


class PublishersTests(SynchronousTestCase):
    def setUp(self) -> None:
        """Nothing was ever taken."""
        self.pins: dict[str, bytes] = {}
        self.heard = HeardEvents()

    def publishers(self, accept: bool = False) -> Publishers:
        """As they are now."""
        return Publishers(self.pins, self.heard, accept)

    def take(self, *names: ListedName, accept: bool = False) -> ListedName:
        """The user takes what comes first of these."""
        publishers = self.publishers(accept)
        first = publishers.ordered(names)[0]
        publishers.took(NAME, first if first.record is not None else None, names)
        return first

    def test_d4_first_use(self) -> None:
        """Who is taken first is remembered, however the name is spelt; nothing is said."""
        self.take(signed(ANN, Standing.OWNER), signed(BEN))
        self.assertEqual(self.pins, {fold("a film.MP4"): ANN.id})
        self.assertEqual(self.heard.heard, [])

    def test_d4_order(self) -> None:
        """The one of before comes first, then as the central says; that the owner is another is told."""
        self.pins[fold(NAME)] = CARL.id
        names = signed(ANN, Standing.OWNER), signed(BEN), signed(CARL), MAPPED
        ordered = self.publishers().ordered(names)
        self.assertEqual(ordered, [names[2], names[0], names[1], names[3]])
        self.assertIs(self.take(*names), names[2])
        said = {"name": NAME, "publisher": to_base32(CARL.id), "owner": to_base32(ANN.id)}
        self.assertEqual(self.heard.named("owner_differs"), [said])

    def test_d4_another(self) -> None:
        """Where the one of before is not there, another is taken with a warning, and not remembered."""
        self.pins[fold(NAME)] = CARL.id
        for names, publisher in (((signed(ANN, Standing.OWNER),), to_base32(ANN.id)), ((MAPPED,), None)):
            self.take(*names)
            said = {"name": NAME, "publisher": publisher, "before": to_base32(CARL.id)}
            self.assertEqual(self.heard.named("publisher_changed")[-1], said)
        self.assertEqual(self.pins[fold(NAME)], CARL.id)

    def test_d4_owner_absent(self) -> None:
        """Where the owner is not to be had another is taken with a warning, and not remembered."""
        self.take(signed(BEN))
        said = {"name": NAME, "publisher": to_base32(BEN.id)}
        self.assertEqual(self.heard.named("owner_absent"), [said])
        self.take(signed(ANN, Standing.OWNER), signed(BEN))
        self.assertEqual(self.pins, {fold(NAME): ANN.id})

    def test_d4_another_is_right(self) -> None:
        """Whoever says that another than the owner is all right has it remembered."""
        self.take(signed(BEN), accept=True)
        self.assertEqual((self.pins, self.heard.heard), ({fold(NAME): BEN.id}, []))

    def test_d4_accepted(self) -> None:
        """Whoever says that it is all right takes the owner's, and it is remembered from then on."""
        self.pins[fold(NAME)] = CARL.id
        names = signed(ANN, Standing.OWNER), signed(CARL)
        self.assertIs(self.take(*names, accept=True), names[0])
        self.assertIs(self.take(*reversed(names)), names[0])
        self.assertEqual(self.heard.heard, [])

    def test_d3_handed_on(self) -> None:
        """A publisher that hands its name on takes the memory along; an impostor's word does not."""
        self.pins[fold(NAME)] = ANN.id
        self.take(signed(ANN, Standing.OWNER, heir=BEN))
        self.assertEqual(self.pins[fold(NAME)], BEN.id)
        self.assertEqual(len(self.heard.named("publisher_moved")), 1)
        self.take(signed(CARL, Standing.OWNER, heir=ANN))
        self.assertEqual(self.pins[fold(NAME)], BEN.id)
        self.assertEqual(len(self.heard.named("publisher_changed")), 1)

    def test_d4_namespaces(self) -> None:
        """A name that says whose it is needs no memory."""
        own = signed(ANN, name=own_name(ANN.id, NAME))
        self.publishers().took(own.name, own, [own])
        self.assertEqual((self.pins, is_taken(own, self.pins)), ({}, None))

    def test_d4_unsigned(self) -> None:
        """What nobody signed leaves no memory."""
        self.take(MAPPED)
        self.assertEqual((self.pins, self.heard.heard), ({}, []))

    def test_is_taken(self) -> None:
        """Yes, no, or never met."""
        self.assertIsNone(is_taken(signed(ANN), self.pins))
        self.pins[fold(NAME)] = ANN.id
        taken = [is_taken(each, self.pins) for each in (signed(ANN), signed(BEN), MAPPED)]
        self.assertEqual(taken, [True, False, False])


class WatchedTests(SynchronousTestCase):
    """Of broadcasts the channel is remembered, too (F46)."""

    def setUp(self) -> None:
        """Nothing was ever watched."""
        self.pins: dict[str, bytes] = {}

    def watched(self, by: Identity, name: str = NAME, accept: bool = False) -> None:
        """The user watches the channel of somebody under a name."""
        Publishers(self.pins, HeardEvents(), accept).watched(name, LiveKey(by.id))

    def test_F46_the_first_channel_stays(self) -> None:
        """The same again, however the name is spelt; another is not watched, and changes nothing."""
        self.watched(ANN)
        self.watched(ANN, "a film.MP4")
        fault = self.assertRaises(Refused, self.watched, BEN)
        self.assertIn("“A Film.mp4” is not broadcast by whom you watched", str(fault))
        self.watched(ANN)
        self.watched(BEN, "another")

    def test_F46_accepted(self) -> None:
        """Who says that it is all right has the new one remembered."""
        self.watched(ANN)
        self.watched(BEN, accept=True)
        self.watched(BEN)
        self.assertRaises(Refused, self.watched, ANN)

    def test_films_are_another_thing(self) -> None:
        """What is remembered of films of that name is not asked, nor changed."""
        self.pins[fold(NAME)] = CARL.id
        self.watched(ANN)
        self.assertEqual(self.pins[fold(NAME)], CARL.id)

    def test_own_names(self) -> None:
        """A name that says whose it is needs no memory."""
        for by in (ANN, BEN):
            self.watched(by, own_name(CARL.id, "show"))
        self.assertEqual(self.pins, {})
