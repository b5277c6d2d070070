"""Names that need not be looked up again."""

from __future__ import annotations

from dataclasses import replace

from twisted.trial.unittest import SynchronousTestCase

from p2pstream.central.names.recent import Recent
from p2pstream.limits import LIMITS
from p2pstream.testing.catalogue import NOW, entry_of


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
