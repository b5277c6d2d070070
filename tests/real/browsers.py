"""A browser that nobody sees, and nodes for it to look at."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from twisted.internet import reactor as global_reactor
from twisted.internet.defer import Deferred
from twisted.internet.ssl import DefaultOpenSSLContextFactory
from twisted.internet.task import deferLater
from twisted.protocols.tls import TLSMemoryBIOFactory
from twisted.trial.unittest import TestCase
from twisted.web.resource import IResource

from p2pstream.protocols.http.site import Site
from p2pstream.testing.node import FakeNode
from p2pstream.web.streams import shared_streams
from script.chromium import BROWSER, Chromium, Tab
from tests.transport.secure.authority import write_files

__all__ = ["BrowserCase", "reactor"]

reactor: Any = global_reactor


class Visited(Site):
    """Knows its connections, to end them with the test."""

    def __init__(self, node: FakeNode) -> None:
        super().__init__(node)
        self._channels: list[Any] = []

    def buildProtocol(self, addr: Any) -> Any:
        """Twisted: somebody came."""
        self._channels.append(channel := super().buildProtocol(addr))
        return channel

    def leave(self) -> Deferred[None]:
        """Reset them all."""
        for channel in self._channels:
            if channel.transport is not None and channel.transport.connected:
                channel.transport.abortConnection()
        return deferLater(reactor, 0.02)


class BrowserCase(TestCase):
    """One browser for each test; what a page complains of fails it."""

    timeout = 180
    if BROWSER is None:
        skip = "there is no chromium-headless-shell, nor chromium"

    async def tab(self, url: str = "", **size: Any) -> Tab:
        """A page, opened; an empty one."""
        if not hasattr(self, "browser"):
            self.browser = Chromium(reactor, Path(self.mktemp()).absolute())
            self.addCleanup(self.browser.stop)
        tab = await self.browser.tab(**size)
        return await tab.go(url) if url else tab

    def serve(
        self, node: FakeNode, resources: Mapping[bytes, IResource] | None = None, secure: bool = False
    ) -> str:
        """Have a node answer on a port of loopback's, by https if that is wished; where that is."""
        node.resources.update({**shared_streams(node), **(resources or {})})
        site = Visited(node)
        factory, scheme = (self._secured(site), "https") if secure else (site, "http")
        port = reactor.listenTCP(0, factory, interface="127.0.0.1")
        self.addCleanup(site.leave)
        self.addCleanup(port.stopListening)
        return f"{scheme}://127.0.0.1:{port.getHost().port}"

    def _secured(self, site: Visited) -> TLSMemoryBIOFactory:
        """The same behind TLS, with a certificate that no browser knows."""
        folder = Path(self.mktemp())
        folder.mkdir(parents=True)
        files = write_files(folder, "localhost")
        made = DefaultOpenSSLContextFactory(str(files.privkey), str(files.fullchain))
        return TLSMemoryBIOFactory(made, False, site)

    def assert_content(self, *tabs: Tab) -> None:
        """Nothing was refused by a policy, raised by a script, or not there."""
        for tab in tabs:
            self.assertEqual(tab.complaints, [])
