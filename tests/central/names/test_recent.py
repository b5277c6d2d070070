"""Names that need not be looked up again."""

from __future__ import annotations

from dataclasses import replace

from twisted.trial.unittest import SynchronousTestCase

from p2pstream.central.names.recent import Recent
from p2pstream.limits import LIMITS
from p2pstream.testing.central.catalogue import NOW, entry_of


class RecentTests(SynchronousTestCase):
    def setUp(self) -> None:
        """One with room for two."""
        self.recent = Recent(replace(LIMITS, catalogue_cached=2))

    def keep(self, name: str, changes: int = 0) -> None:
        """The catalogue tells of a name."""
        self.recent.keep(name, [entry_of(name, 1), entry_of(name, 2)], changes)

    def test_kept(self) -> None:
        """What was told, and counts still; that nobody has a name is known as well."""
        self.assertIsNone(self.recent.get("film", NOW))
        self.keep("film")
        found = self.recent.get("film", NOW)
        assert found is not None
        self.assertEqual([entry.owns for entry in found], [True, False])
        self.assertEqual(self.recent.get("film", 2 * NOW), [])
        self.recent.keep("other", [], 0)
        self.assertEqual(self.recent.get("other", NOW), [])

    def test_the_same_while_all_count(self) -> None:
        """Who asks again is given what was told before, not a list that was made once more."""
        self.keep("film")
        self.assertIs(self.recent.get("film", NOW), self.recent.get("film", NOW + 1))

    def test_what_ended(self) -> None:
        """Where one has ended, the catalogue is asked again: the clock may have been wrong."""
        self.recent.keep("film", [entry_of("film", 1), replace(entry_of("film", 2), until_ms=NOW + 5)], 0)
        for now_ms, count in ((NOW + 4, 2), (NOW + 5, 1)):
            self.assertEqual(len(self.recent.get("film", now_ms) or ()), count)
        self.assertIsNone(self.recent.get("film", NOW + 4))

    def test_changed(self) -> None:
        """A change ends what is known; an answer from before it is not kept."""
        self.keep("film")
        self.recent.changed("film")
        self.assertIsNone(self.recent.get("film", NOW))
        self.keep("film", changes=0)
        self.assertIsNone(self.recent.get("film", NOW))
        self.keep("film", changes=1)
        self.assertIsNotNone(self.recent.get("film", NOW))

    def test_bounded(self) -> None:
        """What was asked for longest ago goes first."""
        self.keep("a")
        self.keep("b")
        self.recent.get("a", NOW)
        self.keep("c")
        self.assertEqual([self.recent.get(name, NOW) is None for name in "abc"], [False, True, False])
        self.assertEqual(len(self.recent), 2)
