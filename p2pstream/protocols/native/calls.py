"""Links the other way round: a peer that nobody can dial dials whoever wants something of it.

Who wants something makes a nonce, has a central pass it on, and waits.  The called peer
shows it in its HELLO, which its AUTH signs; once its id is proven it is a peer like others.
"""

from __future__ import annotations

from typing import Any

from twisted.internet.defer import Deferred
from twisted.internet.interfaces import IAddress, IProtocolFactory, IStreamClientEndpoint

from p2pstream.codes import Code
from p2pstream.errors import P2PStreamError
from p2pstream.interfaces import INode
from p2pstream.protocols.link.events import Authenticated
from p2pstream.protocols.link.family import Opposite
from p2pstream.protocols.link.protocol import LinkFactory, LinkProtocol, dial
from p2pstream.protocols.native.giving.handouts import Handouts
from p2pstream.protocols.native.peering import Peering
from p2pstream.protocols.native.plugin import Native
from p2pstream.transport.alarm import Alarm

__all__ = ["Calls", "WelcomingNative", "answer_call"]


def answer_call(endpoint: IStreamClientEndpoint, node: INode, nonce: bytes) -> Deferred[LinkProtocol]:
    """Dial whoever wants something of us, and serve there what ``node`` has.

    :returns: fires when both ends have proven who they are; fails as `link.protocol.dial`.
    """
    return dial(endpoint, node, CalledPeering(node).attend, ticket=nonce)


class CalledPeering(Peering):
    """The called peer's end: it hangs up if nothing is asked of it soon, or any more."""

    __slots__ = ("_alarm",)

    def __init__(self, node: INode) -> None:
        super().__init__(node, kept=False)
        self._alarm = Alarm(node.reactor, lambda now: self.rest())

    def happened(self, event: Any) -> None:
        """See `Attendant`."""
        super().happened(event)
        if isinstance(event, Authenticated):
            self._alarm.set(self._node.reactor.seconds() + self._node.limits.call_idle_s)

    def ended(self, reason: P2PStreamError) -> None:
        """See `Attendant`."""
        self._alarm.set(None)
        super().ended(reason)

    @property
    def may_stay(self) -> bool:
        # It is made for what the other end wants, and counted where calls are answered.
        return True


class Calls(LinkFactory):
    """Takes the links of peers that were called, and of nobody else.

    As a factory it is listened with.

    :param beside: where others listen for the same calls; then everybody is let in here,
        and served.
    """

    def __init__(self, node: INode, beside: Calls | None = None) -> None:
        super().__init__(node, lambda link: ArrivedPeering(node, self).attend(link))
        self.welcoming = beside is not None
        #: What is told to those who come for the same stream.
        self.handouts = Handouts(node.reactor, node.limits)
        self._expected: dict[tuple[bytes, bytes], Deferred[Peering]] = (
            {} if beside is None else beside._expected
        )
        #: Those who have not shown yet that they were called.
        self.strangers = 0

    def buildProtocol(self, addr: IAddress | None) -> LinkProtocol | None:  # type: ignore[override]
        """Twisted: somebody came; there is room for few who do not say why."""
        if not self.welcoming and self.strangers >= self._node.limits.call_strangers:
            return None
        return super().buildProtocol(addr)

    def expect(self, id: bytes, nonce: bytes) -> Deferred[Peering]:
        """Fires with the link of the peer that proves this id, and shows this nonce."""

        def forget(_: object) -> None:
            self._expected.pop((id, nonce), None)

        coming: Deferred[Peering] = Deferred(forget)
        self._expected[id, nonce] = coming
        return coming

    def arrived(self, peering: Peering, opposite: Opposite) -> bool:
        """Somebody has proven an id; whether it was called.  A nonce is good for once."""
        coming = self._expected.pop((opposite.id, opposite.ticket), None)
        if coming is not None:
            coming.callback(peering)
        return coming is not None


class WelcomingNative(Native):
    """The native protocol of one who serves, and whom peers dial that were called."""

    def __init__(self, calls: Calls) -> None:
        self._calls = calls

    def server_factory(self, node: INode) -> IProtocolFactory:
        """The same for whoever comes."""
        return self._calls


class ArrivedPeering(Peering):
    """The end of whoever wanted something: a link that somebody else dialled."""

    __slots__ = ("_calls", "_strange")

    def __init__(self, node: INode, calls: Calls) -> None:
        super().__init__(node, kept=calls.welcoming, handouts=calls.handouts)
        self._calls = calls
        self._strange = True
        calls.strangers += 1

    def happened(self, event: Any) -> None:
        """See `Attendant`."""
        super().happened(event)
        if isinstance(event, Authenticated):
            self._known()
            if not self._calls.arrived(self, event.opposite) and not self._calls.welcoming:
                self.leave(Code.NOT_AUTHORISED, "nobody here has called you")

    def ended(self, reason: P2PStreamError) -> None:
        """See `Attendant`."""
        self._known()
        super().ended(reason)

    def _known(self) -> None:
        self._calls.strangers -= self._strange
        self._strange = False
