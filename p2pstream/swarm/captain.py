"""Who leads a download, as those see it who keep its connections."""

from __future__ import annotations

from collections.abc import Callable

from p2pstream.content.addresses import Address
from p2pstream.interfaces import IUnitSource
from p2pstream.values import value

__all__ = ["Captain"]


@value
class Captain:
    """Whom a crew obeys and tells."""

    #: Called with an address and its source, connected now.
    met: Callable[[Address, IUnitSource], None]
    #: Called with an address and what went wrong with a dial.
    failed: Callable[[Address, Exception], None]
    #: Called when nobody is connected and nobody is left to dial.
    deserted: Callable[[], None]
    #: Called when fewer than half are left of those that were connected, and for each dial
    #: in vain while nobody is.
    thinned: Callable[[], None] = lambda: None
    #: Why an address must not be dialled now, in words; empty: it may be.
    why_not: Callable[[Address], str] = lambda address: ""
