"""Which of several files a name means."""

from __future__ import annotations

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st
from twisted.trial.unittest import SynchronousTestCase

from p2pstream.data.disk import Stamp
from p2pstream.peer.folders.offers import Offer, Offers
from p2pstream.testing.wires.names import NamesContract


def offer(share: int, path: str, version: int = 0) -> Offer:
    """A file of a share."""
    return Offer.of(share, path, Stamp(1, 2, 3, version, version))


class ContractTests(NamesContract, SynchronousTestCase):
    """Offers are the names that a peer answers to."""

    def make_names(self, known: tuple[str, ...]) -> Offers:
        """A file of each name."""
        offers = Offers()
        offers.change([], [offer(0, name) for name in known])
        return offers


class OffersTests(SynchronousTestCase):
    def setUp(self) -> None:
        """No files."""
        self.offers = Offers()

    def test_names_are_flat(self) -> None:
        """A file in a folder is asked for by its own name."""
        turn = self.offers.change([], [offer(0, "series/one/film.mp4")])
        self.assertEqual([each.name for each in turn.shared], ["film.mp4"])
        self.assertIn("film.mp4", self.offers)

    def test_first_share_wins(self) -> None:
        """Of two shares with one name the first counts, whichever came first in time."""
        late, early = offer(1, "film"), offer(0, "deep/er/film")
        self.offers.change([], [late])
        turn = self.offers.change([], [early])
        self.assertEqual((turn.withdrawn, turn.shared, turn.hidden), ((late,), (early,), ()))
        self.assertEqual(self.offers.get("film"), early)

    def test_hidden_is_told(self) -> None:
        """A file that another one hides is told with the one that hides it."""
        first, second = offer(0, "film"), offer(0, "a/film")
        turn = self.offers.change([], [second, first])
        self.assertEqual((turn.shared, turn.hidden), ((first,), ((second, first),)))

    def test_higher_in_the_tree_wins(self) -> None:
        """Within a share the file nearer to the top counts, then the order of paths."""
        self.offers.change([], [offer(0, "b/film"), offer(0, "a/b/film"), offer(0, "a/film")])
        found = self.offers.get("film")
        self.assertEqual(found and found.path, "a/film")

    def test_the_next_takes_over(self) -> None:
        """When the winner goes, the next one stands behind the name."""
        first, second = offer(0, "film"), offer(1, "film")
        self.offers.change([], [first, second])
        turn = self.offers.change([first], [])
        self.assertEqual((turn.withdrawn, turn.shared), ((first,), (second,)))
        self.assertIn("film", self.offers)
        self.offers.change([second], [])
        self.assertNotIn("film", self.offers)
        self.assertEqual(list(self.offers), [])

    def test_replaced(self) -> None:
        """A file with another stamp is another offer under the same name."""
        old, new = offer(0, "film", 1), offer(0, "film", 2)
        self.offers.change([], [old])
        turn = self.offers.change([old], [new])
        self.assertEqual((turn.withdrawn, turn.shared, turn.hidden), ((old,), (new,), ()))

    def test_many_at_once(self) -> None:
        """However many come at once, they are found, and found to begin others."""
        self.offers.change([], [offer(0, f"film {number}") for number in range(500)])
        self.assertEqual(len(self.offers), 500)
        self.assertTrue(self.offers.is_proper_prefix("film 4"))

    @given(
        st.lists(
            st.tuples(st.integers(0, 2), st.sampled_from(["a", "x/a", "b", "y/b", "x/y/b"])), max_size=40
        )
    )
    def test_any_order(self, steps: list[tuple[int, str]]) -> None:
        """After any coming and going each name means the smallest offer that is there."""
        there: set[Offer] = set()
        self.offers = Offers()
        for share, path in steps:
            one = offer(share, path)
            if one in there:
                self.offers.change([one], [])
            else:
                self.offers.change([], [one])
            there ^= {one}
            best = {each.name: each for each in sorted(there, reverse=True)}
            self.assertEqual({each.name: each for each in self.offers}, best)
            self.assertEqual({name for name in "ab" if name in self.offers}, set(best))
            self.assertEqual(len(self.offers), len(best))
            self.check_counts(best)

    def check_counts(self, best: dict[str, Offer]) -> None:
        """How many stand behind their names, of each share, and how long they are."""
        shares = [each.share for each in best.values()]
        self.assertEqual(+self.offers.counts, Counter(shares))
        self.assertEqual(self.offers.length, sum(each.stamp.size for each in best.values()))

    def test_behind(self) -> None:
        """A list goes on behind any name, one that is there or not."""
        self.offers.change([], [offer(0, path) for path in ("b", "x/c", "a", "x/b")])
        for name, paths in (("", ["a", "b", "x/c"]), ("a", ["b", "x/c"]), ("aa", ["b", "x/c"]), ("c", [])):
            self.assertEqual([each.path for each in self.offers.behind(name)], paths)
