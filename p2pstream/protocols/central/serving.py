"""A central's end of links: what is asked goes to its `ICentral`, and the answers come back."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

from twisted.internet.defer import CancelledError, Deferred
from twisted.logger import Logger
from twisted.python.failure import Failure
from zope.interface import implementer

from p2pstream.codes import Code, words
from p2pstream.content.addresses import Address
from p2pstream.errors import BadName, BadRecord, P2PStreamError, Refused, StorageError
from p2pstream.interfaces import ICentral, IGuest, INode
from p2pstream.protocols.central.messages import (
    REQUESTS,
    Announced,
    Done,
    HeadNow,
    Peered,
    Resolved,
    Rows,
    Ticketed,
)
from p2pstream.protocols.central.paced import PacedLink
from p2pstream.protocols.central.session import CentralServing
from p2pstream.protocols.link.events import Authenticated
from p2pstream.protocols.link.family import Family
from p2pstream.protocols.link.protocol import LinkFactory, LinkProtocol
from p2pstream.transport.ends import as_address
from p2pstream.transport.turns.requests import RequestTurns

__all__ = ["Guest", "serving_factory"]

_log = Logger()
_REQUESTS = tuple(REQUESTS.values())
#: In memory, and over UNIX sockets, everybody is on this machine.
_HERE = Address("127.0.0.1", 1)
#: What is answered without waiting; asked first, for a Deferred is known by a slower question.
_ANSWERS = (Announced, Done, Resolved, Rows, Peered, HeadNow, Ticketed)
#: What went wrong, as the other end is told; with the words of the error.
_CODES: tuple[tuple[type[P2PStreamError], Code], ...] = (
    (BadRecord, Code.BAD_SIGNATURE),
    (BadName, Code.BAD_MESSAGE),
    (StorageError, Code.NOT_KEPT),
)


def serving_factory(node: INode, central: ICentral) -> LinkFactory:
    """A factory for the links that a central accepts."""
    turns = RequestTurns(node.reactor, node.limits.central_turn_pieces)
    return LinkFactory(node, lambda link: Guest(link, node, central), make=partial(PacedLink, turns))


@implementer(IGuest)
class Guest:
    """One link, as its `protocol.Attendant` and as the central sees it."""

    __slots__ = ("_central", "_joined", "_link", "_session", "_working", "address", "families", "id")

    speaker = None

    def __init__(self, link: LinkProtocol, node: INode, central: ICentral) -> None:
        self._link = link
        self._central = central
        self._session = CentralServing(node.limits)
        #: Made when the first is waited for.
        self._working: dict[Deferred[Any], None] | None = None
        self._joined = False
        self.families: Sequence[Family] = (self._session,)
        self.id = b""
        self.address = link.address or _HERE

    @property
    def host(self) -> str:
        """See `IGuest`."""
        return (as_address(self._link.transport.getHost()) or _HERE).host

    def happened(self, event: Any) -> None:
        """See `protocol.Attendant.happened`."""
        if isinstance(event, _REQUESTS):
            self._ask(event)
        elif isinstance(event, Authenticated):
            self.id = event.opposite.id if event.opposite.bound else b""
            self._joined = True
            self._central.joined(self)

    def ended(self, reason: P2PStreamError) -> None:
        """See `protocol.Attendant.ended`."""
        # Those behind others first: no turn is spent on one that is given up next.
        for work in reversed(list(self._working or ())):
            work.cancel()
        if self._joined:
            self._central.left(self)

    def tell(self, told: Any) -> None:
        """See `IGuest.tell`."""
        self._session.tell(told)

    def _ask(self, request: Any) -> None:
        try:
            answer = self._central.ask(self, request)
        except Exception:
            self._refuse(Failure(), request.request)
            return
        if isinstance(answer, _ANSWERS):
            self._session.answer(answer)
        else:
            working = self._working = self._working or {}
            working[answer] = None
            answer.addBoth(self._worked, working, answer)
            answer.addCallback(self._session.answer)
            answer.addErrback(self._refuse, request.request)

    def _worked(self, outcome: Any, working: dict[Deferred[Any], None], work: Deferred[Any]) -> Any:
        working.pop(work, None)
        return outcome

    def _refuse(self, failure: Failure, request: int) -> None:
        fault = failure.value
        if isinstance(fault, CancelledError):
            return  # it left
        code, why = Code.INTERNAL, words(Code.INTERNAL)
        if isinstance(fault, Refused):
            code, why = Code(fault.code), str(fault)
        elif isinstance(fault, P2PStreamError):
            code = next((code for kind, code in _CODES if isinstance(fault, kind)), Code.BUSY)
            # What a disk says is for the operator, who is told elsewhere.
            why = words(code) if code is Code.NOT_KEPT else str(fault)
        else:
            _log.failure("a central cannot answer", failure)
        self._session.answer(Done(request, code, why))
