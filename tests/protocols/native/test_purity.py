"""The native session holds no socket, file, clock or chance."""

from __future__ import annotations

from pathlib import Path

from twisted.trial.unittest import SynchronousTestCase

from p2pstream.protocols import native
from tests.test_layers import IMPURE, imports

#: The shells; everything else is pure.
SHELLS = {"calls", "peering", "plugin", "reading", "served", "source"}


class PurityTests(SynchronousTestCase):
    """As `tests.test_layers`, for modules whose names are not pure everywhere."""

    def test_only_shells_know_the_world(self) -> None:
        """The rest imports no Twisted, and nothing that has effects."""
        rooms = {path.stem: set(imports(path)) for path in Path(native.__path__[0]).glob("*.py")}
        for stem, names in rooms.items():
            if stem not in SHELLS:
                tops = {name.split(".")[0] for name in names}
                self.assertFalse(tops & (IMPURE | {"twisted", "zope"}), stem)
                ours = {name.rpartition(".")[2] for name in names if name.startswith(native.__name__)}
                self.assertFalse(ours & SHELLS, stem)
        self.assertLessEqual(SHELLS, set(rooms))
