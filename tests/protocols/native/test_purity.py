"""The native session holds no socket, file, clock or chance."""

from __future__ import annotations

from pathlib import Path

from twisted.trial.unittest import SynchronousTestCase

from p2pstream.protocols import native
from tests.test_layers import imports, says_pure

#: The shells; everything else is pure.
SHELLS = {
    "attending", "calls", "links", "peering", "plugin",
    "giving/handouts", "giving/served", "taking/reading", "taking/source",
    "live/attending", "live/dialling", "live/neighbour",
}  # fmt: skip


class PurityTests(SynchronousTestCase):
    """As `tests.test_layers`, for modules whose names are not pure everywhere."""

    def test_only_shells_know_the_world(self) -> None:
        """The rest says that it is pure, so it is held to that; the shells do not."""
        room = Path(native.__path__[0])
        paths = {path.relative_to(room).with_suffix("").as_posix(): path for path in room.rglob("*.py")}
        doors = {name for name in paths if paths[name].stem == "__init__"}
        self.assertEqual({name for name in paths if not says_pure(paths[name])} - doors, SHELLS)
        self.assertEqual([name for name in doors if imports(paths[name])], [])
