"""What a role imports as it starts: each room that it has no use for makes it start later."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from twisted.trial.unittest import SynchronousTestCase

from tests.test_layers import ROOT, parsed

#: What centrals know nothing of.
OF_PEERS = tuple(f"p2pstream.{room}" for room in ("commands", "live", "media", "peer", "player", "swarm"))


def source(name: str) -> Path | None:
    """Where a module of p2pstream is; None for what is no module, or somebody else's."""
    path = ROOT.parent.joinpath(*name.split("."))
    places = path.with_suffix(".py"), path / "__init__.py"
    return next((place for place in places if place.exists()), None)


def at_once(path: Path) -> Iterator[str]:
    """What a module imports while it is imported; types alone bring nothing in."""
    for node in parsed(path).body:
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def started(name: str) -> set[str]:
    """All that is imported until this module is there, ours and what ours name of others."""
    found, waiting = set[str](), {name}
    while waiting:
        found |= waiting
        paths = {name: path for name in waiting if (path := source(name)) is not None}
        waiting = {each for path in paths.values() for each in at_once(path)}
        waiting |= {name.rpartition(".")[0] for name in paths}
        waiting -= found
    return found


class ImportTests(SynchronousTestCase):
    """Of what programs import."""

    def test_a_central_needs_no_peer(self) -> None:
        """Nothing of peers, but how others are dialled."""
        found = started("p2pstream.roles.assembly.central")
        theirs = {name for name in found if name.startswith(OF_PEERS) and source(name) is not None}
        self.assertEqual(theirs, {"p2pstream.peer", "p2pstream.peer.dials"})

    def test_the_web_comes_with_the_first_request(self) -> None:
        """All of twisted.web takes a fifteenth of a start."""
        for role in ("central", "peer", "share"):
            found = started(f"p2pstream.roles.assembly.{role}")
            self.assertIn("p2pstream.web.resource", found)
            self.assertEqual({name for name in found if name.startswith("twisted.web.server")}, set())
