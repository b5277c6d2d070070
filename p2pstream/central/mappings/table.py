"""The names that a central knows, for lookups."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from zope.interface import implementer

from p2pstream.central.mappings.mapped import MappedNames
from p2pstream.content.addresses import Address
from p2pstream.interfaces import INames

__all__ = ["Table"]


@implementer(INames)
class Table:
    """Who has what.  It stays the same object when all that it says is replaced."""

    def __init__(self) -> None:
        self._addresses: Mapping[str, Sequence[Address]] = {}
        self._names = MappedNames()

    def replace(self, addresses: Mapping[str, Sequence[Address]], names: MappedNames) -> None:
        """Know these from now on, and nothing else.

        :param names: the same names; sorting many takes a while, so it is done elsewhere.
        """
        self._addresses = addresses
        self._names = names

    def lookup(self, name: str) -> Sequence[Address]:
        """Who has the stream of this name, best first."""
        return self._addresses.get(name, ())

    def same(self, folded: str) -> list[str]:
        """The name that folds to this, if there is one."""
        return self._names.same(folded)

    def search(self, words: Sequence[str], after: str, most: int) -> Iterable[tuple[str, str]]:
        """See `MappedNames.search`."""
        return self._names.search(words, after, most)

    def is_proper_prefix(self, name: str) -> bool:
        """As `INames` says."""
        return self._names.is_proper_prefix(name)

    def __contains__(self, name: object) -> bool:
        return name in self._addresses

    def __len__(self) -> int:
        return len(self._addresses)
