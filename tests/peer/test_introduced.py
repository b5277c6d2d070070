"""Sources that other peers tell of."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from p2pstream.content.listed import NATIVE, ListedPeer
from p2pstream.content.signed.tickets import sign_ticket
from p2pstream.content.signing import Identity
from p2pstream.content.wants import Units
from p2pstream.errors import NoCentral
from p2pstream.peer.fetching.exchange import Exchange
from p2pstream.protocols.native.messages import Introduce
from tests.peer.fetching.test_exchange import Party
from tests.peer.fetching.test_proven import ProvenCase
from tests.peer.viewing import OTHER, SEED, listed


class IntroducedTests(ProvenCase):
    def test_F25_a_new_source_while_no_central_answers(self) -> None:
        """The central dies, then the only source; one that this told of sends the rest."""
        central, seed, other = (Identity(bytes((number,)) * 32) for number in (7, 8, 9))
        now_ms = 1_800_000_000_000
        means = replace(self.means(), wall_ns=lambda: now_ms * 1_000_000)
        exchange = Exchange(means, lambda key: (), lambda: {central.id})
        self.introductions = exchange
        stream = self.opened(listed(self.film, ListedPeer(SEED, seed.id, NATIVE)))
        self.central.answer = NoCentral("it is dead")
        party: Any = Party(7, SEED.host)
        exchange.joined(self.film.key, party)
        ticket = sign_ticket(central, other.id, OTHER, self.film.key, now_ms)
        exchange.introduced(self.film.key, party, Introduce((ticket.raw,)))
        self.assertEqual(self.speech.wanted[-1], Units(self.film.key, seed=False, id=other.id))
        self.speech.peers[0].lose()
        self.send_all(stream.done)
        self.successResultOf(stream.done)
        self.successResultOf(stream.close())
        exchange.parted(self.film.key, party)
        self.assertEqual(exchange._circles, {})
