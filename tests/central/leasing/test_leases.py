"""Leases: who has what, until when, and who is told."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from random import Random

from hypothesis import given
from hypothesis import strategies as st
from twisted.trial.unittest import SynchronousTestCase

import tests.strategies  # noqa: F401
from p2pstream.central.leasing.leases import Leases, Presence
from p2pstream.central.leasing.places import Networks
from p2pstream.content.addresses import Address
from p2pstream.content.listed import CLASSIC, NATIVE, REACHABLE
from p2pstream.limits import LIMITS


def key(number: int) -> bytes:
    """Some key."""
    return b"\x01" + number.to_bytes(32, "big") + (number + 1).to_bytes(8, "big")


def presence(number: int, host: str = "", port: int = 2050, speaks: int = NATIVE, load: int = 0) -> Presence:
    """Some peer."""
    host = host or f"9.{number // 62500}.{number // 250 % 250}.{number % 250 + 1}"
    return Presence(number.to_bytes(32, "big"), Address(host, port), speaks, load)


FAR = Networks.of(Address("8.8.8.8", 1))


class LeasesTestCase(SynchronousTestCase):
    def make(self, **limits: int) -> Leases:
        """Leases under such limits."""
        self.leases = Leases(Random(1), replace(LIMITS, **limits))
        return self.leases

    def lease(self, who: Presence, *keys: int, now: float = 0.0, have: int = 255) -> int:
        """Announce for an interval of a minute; how many were taken."""
        return self.leases.announce(who, [(key(number), have) for number in keys], 60.0, now)[0]

    def told(
        self, number: int = 1, most: int = 50, asker: Networks = FAR, now: float = 1.0, but: bytes = b""
    ) -> list[str]:
        """The hosts that somebody is told."""
        return [peer.address.host for peer in self.leases.choose(key(number), asker, most, now, but)]


class TermTests(LeasesTestCase):
    """How long a lease lasts."""

    def test_ends(self) -> None:
        """After two and a half intervals, unless it was renewed."""
        self.make()
        self.lease(presence(1), 1)
        self.lease(presence(2), 1)
        self.lease(presence(2), 1, now=100.0)
        ends = LIMITS.lease_terms * 60.0 + 1.0
        self.assertEqual(sorted(self.told(now=ends - 0.1)), ["9.0.0.2", "9.0.0.3"])
        self.assertEqual(self.told(now=ends), ["9.0.0.3"])
        self.assertEqual(self.leases.sweep(ends), ([key(1)], False))
        self.assertEqual(self.leases.counts(key(1)), (1, 1))
        self.assertEqual(self.leases.sweep(251.0), ([key(1)], False))
        self.assertEqual((len(self.leases), len(self.leases.peers)), (0, 0))

    def test_renewed_with_another_part(self) -> None:
        """Who has all by now, or not any more, counts so: alone, and beside others."""
        self.make()
        for others in range(2):
            for who in range(others + 1):
                self.lease(presence(who), 1, have=100)
            for have, seeds in ((100, 0), (255, 1), (255, 1), (100, 0)):
                self.lease(presence(0), 1, have=have)
                self.assertEqual(self.leases.counts(key(1)), (seeds, others + 1))

    def test_withdraw(self) -> None:
        """It ends at once; only one's own can be ended."""
        self.make()
        self.lease(presence(1), 1, 2)
        self.assertEqual(self.leases.withdraw(presence(2).id, [key(1)]), [])
        self.assertEqual(self.leases.withdraw(presence(1).id, [key(1), key(3)]), [key(1)])
        self.assertEqual((self.told(1), self.told(2)), ([], ["9.0.0.2"]))

    def test_bounded_sweep(self) -> None:
        """One sweep ends no more than so many, and says that there is more."""
        self.make(lease_sweep=3)
        self.lease(presence(1), 1, 2, 3, 4)
        ended, more = self.leases.sweep(1000.0)
        self.assertEqual((len(ended), more), (3, True))
        ended, more = self.leases.sweep(1000.0)
        self.assertEqual((len(ended), more), (1, False))

    def test_interval(self) -> None:
        """It grows with the leases, between bounds, and differs by a tenth."""
        leases = self.make()
        least, most, rate = LIMITS.lease_least_s, LIMITS.lease_most_s, int(LIMITS.lease_rate)
        counts = {0: least, int(least) * rate: least, 600 * rate: 600.0, int(most + 200) * rate: most}
        for count, expected in counts.items():
            leases.holders.count = count
            drawn = [leases.interval() for _ in range(200)]
            off = LIMITS.lease_spread * expected
            self.assertTrue(all(abs(each - expected) <= off for each in drawn))
            self.assertGreater(max(drawn) - min(drawn), 1.5 * off)

    def test_changes_are_told(self) -> None:
        """A new holder and one that became a seed are changes; a renewal is none."""
        self.make()
        offer = [(key(1), 100)]
        self.assertEqual(self.leases.announce(presence(1), offer, 60, 0), (1, [key(1)]))
        self.assertEqual(self.leases.announce(presence(1), offer, 60, 1), (1, []))
        self.assertEqual(self.leases.announce(presence(1), [(key(1), 255)], 60, 1), (1, [key(1)]))

    def test_reachable(self) -> None:
        """The flag is for one address; a peer that moves loses it, and keeps its leases."""
        self.make()
        self.lease(presence(1), 1)
        who = presence(1)
        self.assertEqual(self.leases.reached(who.id, who.address, True), True)
        self.assertEqual(self.leases.reached(who.id, who.address, True), False)
        (peer,) = self.leases.choose(key(1), FAR, 9, 1.0)
        self.assertTrue(peer.flags & REACHABLE)
        moved = replace(who, address=Address("9.9.9.9", 2051))
        self.assertIsNone(self.leases.reached(who.id, moved.address, True))
        self.lease(moved, 2)
        (peer,) = self.leases.choose(key(1), FAR, 9, 1.0)
        self.assertEqual((str(peer.address), peer.flags & REACHABLE), ("9.9.9.9:2051", 0))


class CapTests(LeasesTestCase):
    """F44: what one identity, one address and one key may take up."""

    def test_F44_per_peer(self) -> None:
        """At the bound all are taken, one past it is not; a renewal always is."""
        self.make(leases_per_peer=3)
        self.assertEqual(self.lease(presence(1), 1, 2, 3, 4), 3)
        self.assertEqual(self.lease(presence(1), 1, 2, 3), 3)

    def test_F44_per_address(self) -> None:
        """Identities are free, addresses are not."""
        self.make(leases_per_address=3, lease_peers_per_address=2)
        self.assertEqual(self.lease(presence(1, "9.9.9.9"), 1, 2), 2)
        self.assertEqual(self.lease(presence(2, "9.9.9.9", 2051), 1, 2), 1)
        self.assertEqual(self.lease(presence(3, "9.9.9.9", 2052), 1), 0)
        self.assertEqual(self.lease(presence(4, "9.9.9.8"), 1), 1)
        self.assertEqual(len(self.leases.peers), 3)

    def test_F44_a_whole_64_is_one_address(self) -> None:
        """IPv6 counts by /64."""
        self.make(lease_peers_per_address=1)
        self.assertEqual(self.lease(presence(1, "2001:db8::1"), 1), 1)
        self.assertEqual(self.lease(presence(2, "2001:db8::2"), 1), 0)
        self.assertEqual(self.lease(presence(3, "2001:db8:0:1::1"), 1), 1)

    def test_F44_loopback_is_exempt(self) -> None:
        """Tests and demonstrations run many peers on one machine."""
        self.make(lease_peers_per_address=1, leases_per_address=2)
        for number in range(3):
            self.assertEqual(self.lease(presence(number, "127.0.0.1", 3000 + number), 1), 1)

    def test_F44_in_all(self) -> None:
        """Beyond the bound nobody gets in, and renewals go on."""
        self.make(leases=2)
        self.lease(presence(1), 1)
        self.assertEqual(self.lease(presence(2), 1, 2), 1)
        self.assertEqual(self.lease(presence(1), 1), 1)

    def test_F44_a_full_key_stays_open(self) -> None:
        """A newcomer takes the place of one that would end soon."""
        self.make(lease_peers_per_key=20)
        for number in range(20):
            self.lease(presence(number), 1, now=float(number * 10))
        self.assertEqual(self.lease(presence(99), 1, now=200.0), 1)
        self.assertEqual(self.leases.counts(key(1)), (20, 20))
        self.assertIsNotNone(self.leases.holders.get(key(1), self.leases.peers.get(presence(99).id).number))  # type: ignore[union-attr]

    def test_F44_in_turns(self) -> None:
        """Who withdraws and announces for ever is refused some time, and forgotten in the end."""
        self.make(leases_per_peer=5)
        taken = 0
        for _ in range(30):
            taken += self.lease(presence(1), 1)
            self.leases.withdraw(presence(1).id, [key(1)])
        self.assertEqual(taken, 10)
        self.leases.sweep(1000.0)
        self.assertEqual((len(self.leases.peers), self.leases.peers.peers_at), (0, Counter()))


class ChoosingTests(LeasesTestCase):
    """Who is told of whom."""

    def test_not_oneself(self) -> None:
        """The asker is left out."""
        self.make()
        self.lease(presence(1), 1)
        self.assertEqual(self.told(but=presence(1).id), [])

    def test_scopes(self) -> None:
        """D6: loopback is told on loopback, private addresses to private ones."""
        self.make()
        hosts = ["127.0.0.1", "10.1.1.1", "169.254.1.1", "9.9.9.9", "2001:4860::1", "fe80::1", "::1"]
        for number, host in enumerate(hosts):
            self.lease(presence(number, host), 1)
        near = Networks.of(Address("192.168.1.1", 1))
        self.assertEqual(set(self.told(asker=Networks.of(Address("127.0.0.1", 1)))), set(hosts))
        self.assertEqual(set(self.told(asker=near)), set(hosts) - {"127.0.0.1", "::1"})
        self.assertEqual(set(self.told()), {"9.9.9.9", "2001:4860::1"})

    def test_three_of_a_foreign_network(self) -> None:
        """No network but the asker's fills the answer."""
        self.make()
        for number in range(40):
            self.lease(presence(number, f"9.9.{number % 2}.{number + 1}"), 1)
        networks = Counter(host.rsplit(".", 1)[0] for host in self.told())
        most = LIMITS.lease_foreign
        self.assertEqual(networks, Counter({"9.9.0": most, "9.9.1": most}))
        networks = Counter(
            host.rsplit(".", 1)[0] for host in self.told(asker=Networks.of(Address("9.9.1.99", 1)))
        )
        self.assertEqual(networks, Counter({"9.9.0": most, "9.9.1": 20}))

    def test_two_seeds(self) -> None:
        """However bad they look, and however many others there are."""
        self.make(lease_candidates=20)
        for number in range(100):
            seed = number in (50, 51)
            self.lease(presence(number, f"9.9.{number}.1", load=255 * seed), 1, have=255 if seed else 254)
        for _ in range(20):
            self.assertTrue({"9.9.50.1", "9.9.51.1"} & set(self.told(most=4)))
        self.make()
        for number in range(100):
            seed = number in (50, 51)
            self.lease(presence(number, f"9.9.{number}.1", load=255 * seed), 1, have=255 if seed else 254)
        self.assertTrue({"9.9.50.1", "9.9.51.1"} <= set(self.told(most=4)))

    def test_seeds_of_an_answer(self) -> None:
        """So many are certain to be told, and one more is a matter of chance, as all others are."""
        for most in (1, 2):
            self.make(lease_seeds=most)
            for number in range(30):
                seed = number >= 27
                load = 255 * seed
                self.lease(presence(number, f"9.9.{number}.1", load=load), 1, have=255 if seed else 254)
            seeds = {f"9.9.{number}.1" for number in (27, 28, 29)}
            told = [len(seeds & set(self.told(most=4))) for _ in range(100)]
            self.assertEqual(min(told), most)

    def test_half_by_chance(self) -> None:
        """The best half is always there, of the rest every one some time."""
        self.make()
        for number in range(20):
            self.lease(presence(number, f"9.9.{number}.1", load=number * 10), 1)
        answers = [set(self.told(most=6)) for _ in range(200)]
        best = {f"9.9.{number}.1" for number in range(3)}
        self.assertTrue(all(best <= answer and len(answer) == 6 for answer in answers))
        self.assertEqual(len(set.union(*answers)), 20)

    def test_first_by_chance(self) -> None:
        """Who dials the first sixteen of an answer is not sent to the same sixteen as all others."""
        self.make()
        for number in range(60):
            self.lease(presence(number, f"9.9.{number}.1"), 1, have=255 if number == 7 else number + 1)
        answers = [self.told()[:16] for _ in range(60)]
        asked = Counter(host for answer in answers for host in answer)
        self.assertEqual(asked.pop("9.9.7.1"), 60)
        self.assertEqual(len(asked), 59)
        self.assertLess(max(asked.values()), 40)

    def test_classic(self) -> None:
        """Only whole files, IPv4, and who speaks it; who was reached comes first."""
        self.make()
        self.lease(presence(1, speaks=CLASSIC, load=9), 1)
        self.lease(presence(2, speaks=CLASSIC, load=9), 1)
        self.lease(presence(3, speaks=NATIVE), 1)
        self.lease(presence(4, "2001:4860::1", speaks=CLASSIC), 1)
        self.lease(presence(5, speaks=CLASSIC), 1, have=254)
        self.leases.reached(presence(2).id, presence(2).address, True)
        self.assertEqual(
            [peer.address.host for peer in self.leases.classic(key(1), 1.0)], ["9.0.0.3", "9.0.0.2"]
        )


ACTIONS = st.lists(
    st.tuples(
        st.sampled_from(["announce", "withdraw", "sweep"]),
        st.integers(0, 3),
        st.lists(st.integers(0, 4), min_size=1, max_size=3),
        st.sampled_from([255, 7]),
    ),
    max_size=40,
)


class ModelTests(LeasesTestCase):
    """Against a table that is nothing but a dictionary."""

    @given(ACTIONS)
    def test_model(self, actions: list[tuple[str, int, list[int], int]]) -> None:
        """Counts, seeds and holders agree after whatever was done."""
        leases, model, now = self.make(), dict[tuple[int, int], tuple[int, int]](), 0.0
        for action, peer, keys, had in actions:
            now += 40
            if action == "announce":
                self.lease(presence(peer), *keys, now=now, have=had)
                model.update({(peer, number): (int(now + 150) + 1, had) for number in keys})
            elif action == "withdraw":
                leases.withdraw(presence(peer).id, map(key, keys))
                for number in keys:
                    model.pop((peer, number), None)
            else:
                leases.sweep(now)
                model = {held: lease for held, lease in model.items() if lease[0] > now}
            self.assertEqual(len(leases), len(model))
            for number in range(5):
                having = [lease for (_, held), lease in model.items() if held == number]
                seeds = sum(lease[1] == 255 for lease in having)
                self.assertEqual(leases.counts(key(number)), (seeds, len(having)))
        leases.sweep(1e6)
        self.assertEqual((len(leases), len(leases.peers), leases.peers.leases_at), (0, 0, Counter()))
