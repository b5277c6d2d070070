"""An address at which any player of this machine reads the film that a command fetches."""

from __future__ import annotations

from typing import Any

from twisted.internet.defer import Deferred, maybeDeferred, succeed
from zope.interface import implementer

from p2pstream.content.links import Link
from p2pstream.content.text import printable
from p2pstream.errors import NotFound
from p2pstream.interfaces import IArriving, IFetched, IFetches, ILiveData, IStreamView
from p2pstream.peer.player_node import PlayerNode
from p2pstream.peer.streams import OpenStream
from p2pstream.protocols.http.plugin import own_names
from p2pstream.protocols.http.site import Site
from p2pstream.protocols.node import Means
from p2pstream.transport.ends import as_address
from p2pstream.transport.ports.listening import listen
from p2pstream.web.gateway import Gateway, stream_path

__all__ = ["FilmAddress"]

HOST = "127.0.0.1"


@implementer(IFetched)
class LentFilm:
    """The film of the command, which closes it itself."""

    def __init__(self, stream: OpenStream) -> None:
        self.data: IArriving = stream.data
        self.view: IStreamView = stream.view
        self.broadcast: ILiveData | None = stream.broadcast
        self.done: Deferred[None] = Deferred()
        stream.done.addBoth(self._over)

    def stop(self) -> Deferred[None]:
        """See `IFetched`."""
        return succeed(None)

    def close(self) -> Deferred[None]:
        """See `IFetched`."""
        return succeed(None)

    def _over(self, outcome: Any) -> Any:
        """Tell this user as well, who need not listen; the command is told all the same."""
        self.done.callback(outcome)
        self.done.addErrback(lambda _: None)
        return outcome


@implementer(IFetches)
class FilmAddress:
    """Listens from the start; who asks before there is a film waits for it.

    :param port: 0 for any free one.
    :raises CannotListen: it is taken.
    :ivar url: with every character of a stranger's name percent-encoded that could mean anything.
    """

    def __init__(self, means: Means, link: Link, port: int) -> None:
        node = PlayerNode(means)
        gateway = Gateway(self, means.reactor, means.limits)
        node.resources[b"stream"] = gateway
        self._link = link
        self._viewings = gateway.viewings
        self._stream: OpenStream | None = None
        self._waiting: list[Deferred[Any]] = []
        site = Site(node, own_names())
        self._port = listen(means.reactor, HOST, port, site, means.limits, ("--http", "--http-port"))
        self.url = f"http://{as_address(self._port.getHost())}{stream_path(link)}"

    def fetch(self, link: Link) -> Deferred[IFetched]:
        """See `IFetches`: there is one film only."""
        waiting: Deferred[IFetched] = Deferred(lambda each: self._waiting.remove(each))
        if link != self._link:
            waiting.errback(NotFound(f"only “{printable(self._link.name, 80)}” is to be had here"))
        elif self._stream is not None:
            waiting.callback(LentFilm(self._stream))
        else:
            self._waiting.append(waiting)
        return waiting

    def show(self, stream: OpenStream) -> None:
        """This is the film."""
        self._stream = stream
        waiting, self._waiting = self._waiting, []
        for each in waiting:
            each.callback(LentFilm(stream))

    async def close(self) -> None:
        """Listen no more; who still reads is cut off when the film is closed."""
        self._viewings.close()
        await maybeDeferred(self._port.stopListening)
