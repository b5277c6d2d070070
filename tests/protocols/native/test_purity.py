"""The native session holds no socket, file, clock or chance."""

from __future__ import annotations

from pathlib import Path

from twisted.trial.unittest import SynchronousTestCase

from p2pstream.protocols import native
from tests.test_layers import imports, says_pure

#: The shells; everything else is pure.
SHELLS = {"calls", "handouts", "links", "peering", "plugin", "reading", "served", "source"}


class PurityTests(SynchronousTestCase):
    """As `tests.test_layers`, for modules whose names are not pure everywhere."""

    def test_only_shells_know_the_world(self) -> None:
        """The rest says that it is pure, so it is held to that; the shells do not."""
        rooms = {path.stem: path for path in Path(native.__path__[0]).glob("*.py")}
        shells = {stem for stem, path in rooms.items() if not says_pure(path)}
        self.assertEqual(shells - {"__init__"}, SHELLS)
        self.assertEqual(set(imports(rooms["__init__"])), set())
