"""What the API can be asked, as a table, of which its routes and its document are made.  Pure."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from p2pstream.content.addresses import Address
from p2pstream.values import value

__all__ = ["ApiCall", "Operation", "Parameter"]


@value
class Parameter:
    """What may stand in the query."""

    name: str
    #: `str` or `int`.
    kind: type
    meaning: str
    default: Any
    #: Of a number.
    least: int = 0
    most: int = 0


@dataclass(frozen=True)
class ApiCall:
    """One request, understood: what stands in it is of the kinds that its operation says."""

    #: The last part of the path where an operation has a name there; else empty.
    name: str = ""
    #: Every parameter of the operation.
    query: Mapping[str, Any] = field(default_factory=dict)
    #: The JSON object that came with it.
    body: Mapping[str, Any] = field(default_factory=dict)
    #: Where it comes from, as far as that is an address.
    asker: Address | None = None


@dataclass(frozen=True)
class Operation:
    """One method of one path."""

    method: str
    #: Below ``/api/v1``; ``{name}`` for any name.
    path: str
    meaning: str
    #: The type of what it answers with, as `web.shapes` knows it; None: nothing.
    answer: Any
    act: Callable[[ApiCall], Awaitable[Any]]
    parameters: tuple[Parameter, ...] = ()
    #: The fields of the JSON object that comes with it, and their types; none may be missing but
    #: those in ``optional``.
    body: Mapping[str, Any] = field(default_factory=dict)
    optional: frozenset[str] = frozenset()
    #: Of some of its numbers, the least that is taken; whoever acts sees to it.
    least: Mapping[str, int] = field(default_factory=dict)

    @property
    def changes(self) -> bool:
        """Whether it does something: then the token is to be shown."""
        return self.method != "GET"
