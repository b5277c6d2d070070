"""The end of one link that asks a central: a Deferred for each request."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Protocol

from twisted.internet.defer import Deferred, fail
from twisted.python.failure import Failure

from p2pstream.codes import Code, words
from p2pstream.content.text import printable
from p2pstream.errors import P2PStreamError, Refused, SourceLost
from p2pstream.interfaces import INode
from p2pstream.protocols.central.messages import Announced, Call, Changed, Done, Request
from p2pstream.protocols.central.session import Answered, CentralAsking, Unasked
from p2pstream.protocols.link.family import Family
from p2pstream.protocols.link.protocol import LinkProtocol

__all__ = ["Caller"]


class Hearer(Protocol):
    """Who hears what a central says by itself."""

    def told(self, event: Announced | Changed | Call) -> None:
        """It said this."""

    def gone(self, reason: P2PStreamError) -> None:
        """It will say no more."""


class Caller:
    """A `protocol.Attendant` for a link to a central.

    :param ended: fires with the reason when the link has ended.
    """

    speaker = None

    def __init__(self, hearer: Hearer | None, ended: Deferred[str], node: INode) -> None:
        self._hearer = hearer
        self._ended = ended
        self._reactor = node.reactor
        self._session = CentralAsking(node.limits)
        self._answers: dict[int, Deferred[Any]] = {}
        self.families: Sequence[Family] = (self._session,)

    def attend(self, link: LinkProtocol) -> Caller:
        """See `protocol.Attend`."""
        return self

    def ask(self, make: Callable[[int], Request]) -> Deferred[Any]:
        """Ask; fires with the answer, and fails with `errors.Refused` or `errors.SourceLost`."""
        if not self._session.has_room:
            return fail(Refused("too much is asked of the central at once", Code.BUSY))
        number = self._session.ask(make, self._reactor.seconds())
        answer: Deferred[Any] = Deferred(lambda _: self._forget(number))
        self._answers[number] = answer
        return answer

    def happened(self, event: Any) -> None:
        """See `protocol.Attendant.happened`."""
        if isinstance(event, Answered):
            self._answer(self._answers.pop(event.request), event.answer)
        elif isinstance(event, Unasked) and self._hearer is not None:
            self._hearer.told(event.answer)

    def ended(self, reason: P2PStreamError) -> None:
        """See `protocol.Attendant.ended`."""
        if self._hearer is not None:
            self._hearer.gone(reason)
        answers, self._answers = self._answers, {}
        for answer in answers.values():
            answer.errback(Failure(SourceLost(f"the central did not answer: {reason}")))
        if not self._ended.called:
            self._ended.callback(str(reason))

    def _forget(self, number: int) -> None:
        self._answers.pop(number, None)
        self._session.forget(number)

    def _answer(self, waiting: Deferred[Any], answer: Any) -> None:
        if answer is None:
            waiting.errback(Failure(SourceLost("the central did not answer in time")))
        elif isinstance(answer, Done) and answer.code:
            why = printable(answer.why) or words(answer.code)
            waiting.errback(Failure(Refused(f"the central refuses: {why}", answer.code)))
        else:
            waiting.callback(answer)
