"""A central and a peer in one process, and what a person is told of them."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from typing import Any

from twisted.internet.defer import Deferred, gatherResults

from p2pstream.content.addresses import Address
from p2pstream.content.links import SCHEME, short_text
from p2pstream.content.qr import qr_code
from p2pstream.roles.state import RoleState
from p2pstream.settings import ShareSettings

__all__ = ["Both", "announce"]


class Both:
    """Two services as one; the central is there before the peer asks it to be listed.

    :param state: the central's, closed when both have stopped.
    :param begun: called when both listen.
    """

    def __init__(self, central: Any, peer: Any, state: RoleState, begun: Callable[[], None]) -> None:
        self._central = central
        self._peer = peer
        self._state = state
        self._begun = begun

    def privilegedStartService(self) -> None:
        """Listen on both ports."""
        self._central.privilegedStartService()
        self._peer.privilegedStartService()

    def startService(self) -> None:
        """Serve."""
        self._central.startService()
        self._peer.startService()
        self._begun()

    def stopService(self) -> Deferred[Any]:
        """Stop both; fires when nothing is left running."""
        # The peer says goodbye to the central, which must still be there to hear it.
        stopped: Deferred[Any] = self._peer.stopService()
        stopped.addCallback(lambda _: gatherResults([self._central.stopService()]))
        return stopped.addBoth(self._close)

    def look_again(self) -> None:
        """Look at the shared folders again."""
        self._peer.look_again()

    def _close(self, outcome: Any) -> Any:
        self._state.close()
        return outcome


def announce(host: str, settings: ShareSettings, closed_group: bool) -> None:
    """Say on stdout how others watch what is shared."""
    for line in invitation(host, settings, closed_group):
        print(line)
    sys.stdout.flush()


def invitation(host: str, settings: ShareSettings, closed_group: bool) -> Iterator[str]:
    """Lines for a person: the link, the web address, and that as a QR code.

    :param closed_group: nothing is shown to a browser, which knows no secret.
    """
    shown = short_text(Address(host, settings.central_port))
    yield f"{SCHEME}{shown}/"
    yield f"  p2p-list {shown}        shows what there is, p2p-play {shown} plays it"
    if closed_group:
        return
    own = Address(host, settings.port)
    yield f"http://{own}/"
    if not own.reach:
        yield "  opens on this machine alone; --ip says at which of its addresses others reach it"
        return
    yield "  opens on any phone or television of this network"
    yield from _code(f"http://{own}/")


def _code(text: str) -> Iterator[str]:
    """A QR code in half blocks, light on dark."""
    rows = [[False, *row, False] for row in qr_code(text) or ()]
    rows = [[False] * len(rows[0]), *rows, [False] * len(rows[0])]
    if len(rows) % 2:
        rows.append([False] * len(rows[0]))
    for upper, lower in zip(rows[::2], rows[1::2], strict=True):
        yield "  " + "".join(" ▄▀█"[2 * (not up) + (not down)] for up, down in zip(upper, lower, strict=True))
