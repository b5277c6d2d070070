"""A connection that begins with a packet of MPEG-TS (ISO/IEC 13818-1, 2.4.3).  Pure."""

from __future__ import annotations

from p2pstream.content.mpegts import PACKET, SYNC
from p2pstream.content.publishing import Footage, PublishAsked, Published
from p2pstream.content.sniff import Sniff
from p2pstream.errors import SessionError

__all__ = ["PlainSession", "sniff"]

#: They begin with the same byte.
_GET = b"GET "


def sniff(prefix: bytes) -> Sniff:
    """Whether these are packets."""
    if not prefix:
        return Sniff.MORE
    if prefix[:1] != SYNC or prefix.startswith(_GET):
        return Sniff.NO
    if len(prefix) > PACKET:
        return Sniff.YES if prefix[PACKET : PACKET + 1] == SYNC else Sniff.NO
    return Sniff.MORE if len(prefix) < PACKET or _GET.startswith(prefix) else Sniff.YES


class PlainSession:
    """All that comes is film; a `content.publishing.PublishSession`.

    Its end may be that of the program that sends it, as well as that of the film: it is never told.
    """

    def __init__(self) -> None:
        self._asked = self._accepted = self._refused = False
        self._waiting = b""

    def receive(self, received: bytes) -> list[Published]:
        """See `PublishSession`."""
        self._waiting += received
        if not self._asked:
            self._asked = True
            return [PublishAsked("")]
        if not self._accepted:
            return []
        content, self._waiting = self._waiting, b""
        return [Footage(content)] if content else []

    def hung_up(self) -> list[Published]:
        """See `PublishSession`."""
        return []

    def accept(self) -> None:
        """See `PublishSession`."""
        if not self._asked or self._refused:
            raise SessionError("nobody asked to publish")
        self._accepted = True

    def refuse(self, why: str) -> None:
        """See `PublishSession`: there is no way to say why."""
        self._refused, self._waiting = True, b""

    def to_send(self) -> bytes:
        """See `PublishSession`."""
        return b""
