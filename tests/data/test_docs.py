"""The page about what is kept against the code: every kind of file, in the version that is written."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from twisted.trial.unittest import SynchronousTestCase

import p2pstream
from p2pstream.central.names import database
from p2pstream.limits import LIMITS

PAGE = (Path(__file__).resolve().parents[2] / "docs/store.rst").read_text("utf-8")
SOURCE = Path(p2pstream.__file__).parent

WRITTEN = re.compile(r'^_KIND, _VERSION(?:, _PATH)? = "([a-z-]+)", (\d+)', re.MULTILINE)
SHOWN = re.compile(r"\* - ``([a-z-]+)``\n     - (\d+)\n")


def written() -> Iterator[tuple[str, str]]:
    """The kind and version of each file that some module seals."""
    for path in SOURCE.rglob("*.py"):
        yield from WRITTEN.findall(path.read_text("utf-8"))


class StorePageTests(SynchronousTestCase):
    def test_all_formats(self) -> None:
        """The table lists each kind that the code writes, and no other."""
        self.assertEqual(sorted(SHOWN.findall(PAGE)), sorted(written()))
        self.assertIn(f"an SQLite database, format {database.FORMAT};", PAGE)

    def test_figures(self) -> None:
        """What may be lost is what the limits say."""
        self.assertIn(f"in the last {LIMITS.store_checkpoint_s:g} seconds", PAGE)
        self.assertIn(f"last snapshot, {LIMITS.lease_snapshot_s:g} seconds", PAGE)
        self.assertIn(f"expire after {LIMITS.record_life_s / 86400:g} days", PAGE)
