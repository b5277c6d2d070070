"""What a role shows over HTTP beside streams, put together."""

from __future__ import annotations

import os
from typing import Any

from twisted.web.resource import IResource

from p2pstream import __version__
from p2pstream.content.admission import Admission
from p2pstream.data.disk import telling
from p2pstream.interfaces import ICentralView, IDisk, INodeView, IPeerChanges, IPeerView
from p2pstream.limits import Limits
from p2pstream.web.api.central import CentralOperations
from p2pstream.web.api.operations import Operation
from p2pstream.web.api.peer import PeerOperations
from p2pstream.web.api.resource import Api
from p2pstream.web.events.resource import Events
from p2pstream.web.events.topics import CentralTopics, PeerTopics, Topics
from p2pstream.web.metalink import Metalinks
from p2pstream.web.metrics import Health, MetricsPage, Readiness
from p2pstream.web.pages.central import central_pages
from p2pstream.web.pages.peer import peer_pages
from p2pstream.web.token import Token

__all__ = ["central_resources", "kept_token", "peer_resources"]

#: Where the programs of a peer's user find what they must show to change something.
TOKEN = "peer/web-token"
_MOST = 64


def kept_token(disk: IDisk, path: str = TOKEN) -> Token:
    """The one that lies there; made if there is none.  Blocks.

    :raises errors.StorageError: it cannot be read or kept.
    """
    with telling("use", f"the token {path}"):
        try:
            text = disk.read(path, _MOST).decode("ascii", "replace").strip()
        except FileNotFoundError:
            text = ""
        if text.isascii() and len(text) >= 32:
            return Token(text)
        token = Token.fresh(os.urandom)
        disk.replace(path, f"{token.text}\n".encode("ascii"))
        return token


def peer_resources(
    view: IPeerView, changes: IPeerChanges, token: Token, clock: Any, limits: Limits
) -> dict[bytes, IResource]:
    """Those of a peer: what it does is its user's business, and told on this machine alone."""
    table = PeerOperations(view, changes, limits).table
    told = _resources("peer", view, table, PeerTopics(view, limits), Admission.OWN, token, clock, limits)
    return {**peer_pages(view, token, limits), **told}


def central_resources(view: ICentralView, clock: Any, limits: Limits) -> dict[bytes, IResource]:
    """Those of a central, which lists for everybody; there is nothing to change."""
    table, token = CentralOperations(view, limits).table, Token.fresh(os.urandom)
    told = _resources("central", view, table, CentralTopics(view), Admission.PAGES, token, clock, limits)
    return {**central_pages(view, limits), b"m": Metalinks(view), **told}


def _resources(
    role: str,
    view: INodeView,
    table: tuple[Operation, ...],
    topics: Topics,
    admission: Admission,
    token: Token,
    clock: Any,
    limits: Limits,
) -> dict[bytes, IResource]:
    return {
        b"api": Api(role, __version__, table, admission, token),
        b"events": Events(topics, clock, admission, limits),
        b"metrics": MetricsPage(view),
        b"healthz": Health(view),
        b"readyz": Readiness(view),
    }
