"""The names that a central knows."""

from __future__ import annotations

from twisted.trial.unittest import SynchronousTestCase

from p2pstream.central.mappings.mapped import MappedNames
from p2pstream.central.mappings.table import Table
from p2pstream.content.addresses import Address
from p2pstream.testing.wires.names import NamesContract

PEER = Address("10.0.0.1", 2050)


class TableTests(NamesContract, SynchronousTestCase):
    """A table that lookups are answered from."""

    def make_names(self, known: tuple[str, ...]) -> Table:
        """A table in which one peer has all of them."""
        table = Table()
        table.replace(dict.fromkeys(known, (PEER,)), MappedNames(known))
        return table

    def test_lookup(self) -> None:
        """Who has a name is told; of others nobody."""
        table = self.make_names(("a", "b"))
        self.assertEqual((table.lookup("a"), table.lookup("c"), len(table)), ((PEER,), (), 2))

    def test_replace(self) -> None:
        """What is replaced is forgotten, and the object stays the same."""
        table = self.make_names(("film", "film 2"))
        table.replace({"b": (PEER,)}, MappedNames(["b"]))
        self.assertEqual((table.lookup("film"), table.lookup("b")), ((), (PEER,)))
        self.assertNotIn("film", table)
        self.assertFalse(table.is_proper_prefix("film"))
