"""What can be found out on this machine about why others do not get a film."""

from __future__ import annotations

import errno
import os
import socket
from collections.abc import Callable, Iterator
from datetime import UTC, datetime

from p2pstream.content.addresses import Address
from p2pstream.content.refusals import reason
from p2pstream.content.signing import Identity
from p2pstream.content.text import printable
from p2pstream.data.disk import open_folder
from p2pstream.data.secret import group_secret
from p2pstream.data.state import Held
from p2pstream.errors import BadShare, StorageError, UsageError
from p2pstream.interfaces import IEvents
from p2pstream.roles.finding import Finding
from p2pstream.roles.multicast import multicast_findings
from p2pstream.roles.on_screens import interfaces_of
from p2pstream.roles.state import RoleState, open_state, read_identity
from p2pstream.settings import PeerSettings
from p2pstream.transport.networks.reach import told_host, who_reaches
from p2pstream.transport.secure.given import given_credentials

__all__ = ["Local", "nobody_listens"]

#: Nothing of ours was written before; a clock that says so is wrong.
_EARLIEST = datetime(2026, 1, 1, tzinfo=UTC)


def bind_once(host: str, port: int) -> None:
    """Have a port, as a listening program would, for a moment; `OSError` where that cannot be."""
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        probe.bind((host, port))


def nobody_listens(address: Address, bind: Callable[[str, int], None] = bind_once) -> bool:
    """Whether this machine has an address, and no program listens there."""
    try:
        bind(address.host, address.port)
    except OSError:
        return False
    return True


class Local:
    """What can be found out on this machine.

    :ivar state: the private folder, if no running peer has it; to be closed.
    :ivar identity: who the peer is, running or not.
    :ivar secret: that of its closed group.
    :ivar port_free: whether nobody listens where the peer would.
    """

    def __init__(
        self,
        settings: PeerSettings,
        events: IEvents,
        now: Callable[[], datetime],
        bind: Callable[[str, int], None] = bind_once,
    ) -> None:
        self.state: RoleState | None = None
        self.identity: Identity | None = None
        self.secret: bytes | None = None
        self.port_free = False
        self._settings = settings
        self._events = events
        self._now = now
        self._bind = bind
        self._runs = False

    def findings(self) -> Iterator[Finding]:
        """All of them, in an order in which each may explain the next.  Blocks for moments."""
        yield from map(self._share, self._settings.share)
        yield self._kept()
        yield from self._secret()
        yield from self._certificate()
        yield self._clock()
        yield self._port()
        yield self._seen()
        if self._settings.dlna:
            yield from self._screens()

    def _share(self, folder: str) -> Finding:
        path = os.path.abspath(folder)
        title = f"share {printable(path)}"
        if self._settings.share == PeerSettings.share and not os.path.lexists(path):
            return Finding(True, f"{title}: made when the peer starts")
        try:
            os.close(open_folder(path))
            count = len(os.listdir(path))
        except BadShare as fault:
            return Finding(False, str(fault))
        except OSError as fault:
            return Finding(False, f"{title}: {reason(fault)}")
        return Finding(True, f"{title}: can be read; files and folders in it: {count}")

    def _kept(self) -> Finding:
        try:
            self.state = state = open_state(self._settings.state, "peer", self._events)
        except Held:
            return self._running()
        except StorageError as fault:
            return Finding(False, f"state: {fault}")
        self.identity = state.identity
        where = printable(state.folder)
        if state.temporary:
            return Finding(False, "state: it cannot be kept; give a folder with --state")
        return Finding(True, f"state {where}: can be written, and no p2p-peer uses it now")

    def _running(self) -> Finding:
        self._runs = True
        try:
            self.identity = read_identity(self._settings.state, "peer")
        except StorageError as fault:
            return Finding(False, f"state: {fault}")
        return Finding(True, "state: a p2p-peer is running on it")

    def _secret(self) -> Iterator[Finding]:
        try:
            self.secret = group_secret(self._settings.secret_file, os.environ)
            if self.secret is not None:
                yield Finding(True, "closed group: only those who know the secret see anything of this peer")
        except (StorageError, UsageError) as fault:
            yield Finding(False, f"closed group: {fault}")

    def _certificate(self) -> Iterator[Finding]:
        settings = self._settings
        try:
            given = given_credentials(settings.certificate, settings.private_key, self._now())
            if given is not None:
                until = given.certificates[0].not_valid_after_utc
                yield Finding(True, f"certificate: valid until {until:%Y-%m-%d}")
        except UsageError as fault:
            yield Finding(False, f"certificate: {fault}")

    def _clock(self) -> Finding:
        now = self._now()
        return Finding(now >= _EARLIEST, f"clock: {now:%Y-%m-%d %H:%M} UTC")

    def _port(self) -> Finding:
        host, port = self._settings.ip or "", self._settings.port
        where = f"port {port}" + (f" on {host}" if host else "")
        try:
            self._bind(host, port)
        except OSError as fault:
            if fault.errno != errno.EADDRINUSE:
                return Finding(False, f"{where}: {reason(fault)}")
            who = "the running p2p-peer listens" if self._runs else "another program listens"
            return Finding(self._runs, f"{where}: {who} (`ss -ltnp sport = :{port}` names it)")
        self.port_free = True
        return Finding(True, f"{where}: free")

    def _seen(self) -> Finding:
        host = told_host(self._settings.ip or "0.0.0.0")
        return Finding(True, f"address {host}: {who_reaches(host)} may reach it")

    def _screens(self) -> Iterator[Finding]:
        if self.secret is not None:
            yield Finding(False, "televisions: a closed group shows nothing to those who know no secret")
        else:
            yield from multicast_findings(interfaces_of(self._settings.ip or ""))
