"""Links that are dialled for a broadcast, and for nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from twisted.internet.defer import Deferred
from twisted.internet.interfaces import IStreamClientEndpoint

from p2pstream.codes import Code
from p2pstream.errors import P2PStreamError
from p2pstream.interfaces import ILiveParty, INode
from p2pstream.protocols.link.events import Greeted
from p2pstream.protocols.link.family import Family
from p2pstream.protocols.link.protocol import LinkProtocol, dial
from p2pstream.protocols.native.live.attending import LiveAttending
from p2pstream.protocols.native.live.events import LiveEvent
from p2pstream.transport.ends import peer_name

__all__ = ["dial_live"]


class LiveLink:
    """A `link.protocol.Attendant`, which hangs up when no broadcast is spoken of any more."""

    speaker = None

    def __init__(self, node: INode, party: ILiveParty) -> None:
        self._party = party
        self._link: LinkProtocol | None = None
        self._live = LiveAttending(node, self._address, self._leave)
        self.families: Sequence[Family] = (self._live.session,)

    def attend(self, link: LinkProtocol) -> LiveLink:
        """As `link.protocol.Attend`."""
        self._link = link
        return self

    def happened(self, event: Any) -> None:
        """See `Attendant`."""
        if isinstance(event, Greeted):
            if event.opposite.families.isdisjoint(family.name for family in self.families):
                self._leave(Code.UNKNOWN_TYPE)
            else:
                self._live.tune_in(self._party)
        elif isinstance(event, LiveEvent):
            self._live.happened(event)

    def ended(self, reason: P2PStreamError) -> None:
        """See `Attendant`; the session has told that its channels are over."""

    def _address(self) -> tuple[str, bytes]:
        opposite = self._link.opposite if self._link is not None else None
        if self._link is None or opposite is None:
            return "nobody yet", b""
        return peer_name(self._link.transport), opposite.id

    def _leave(self, code: Code = Code.OK) -> None:
        if self._link is not None:
            self._link.close(code)


def dial_live(
    endpoint: IStreamClientEndpoint, node: INode, party: ILiveParty, **options: Any
) -> Deferred[LinkProtocol]:
    """Dial a peer to meet it in a broadcast; if it takes part, ``party.met`` is called.

    :param options: those of `link.protocol.LinkFactory`.
    :returns: fires with the link when both ends have proven who they are; fails as `link.protocol.dial`.
    """
    return dial(endpoint, node, LiveLink(node, party).attend, **options)
