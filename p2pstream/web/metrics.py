"""``/metrics``, ``/healthz`` and ``/readyz``: how a node is, for programs that watch over it."""

from __future__ import annotations

from http import HTTPStatus
from math import inf
from typing import Any

from p2pstream.content.addresses import Address
from p2pstream.content.admission import is_forwarded
from p2pstream.interfaces import INodeView
from p2pstream.limits import LIMITS, Limits
from p2pstream.web.exposition import CONTENT_TYPE, exposition
from p2pstream.web.resource import WebResource, asker

__all__ = ["Health", "MetricsPage", "Readiness"]

_TEXT = b"text/plain; charset=utf-8"


class MetricsPage(WebResource):
    """All that is measured, for who is on this machine or its network.

    What it costs is bounded: it is made of values that are there, in the reactor's thread, and who
    asks again at once is shown the same.
    """

    def __init__(self, view: INodeView, limits: Limits = LIMITS) -> None:
        super().__init__()
        self._view = view
        self._kept_s = limits.metrics_kept_s
        self._shown, self._made_at = b"", -inf

    async def answer(self, request: Any) -> None:
        """As Prometheus reads it, for whoever does not come from anywhere through a proxy beside us."""
        if not _is_near(asker(request)) or is_forwarded(request.getHeader):
            await request.say(
                HTTPStatus.FORBIDDEN, "Metrics are told to this machine and its own network only."
            )
            return
        now = self._view.node().uptime_s
        if now - self._made_at >= self._kept_s:
            self._shown, self._made_at = exposition(self._view.measures()), now
        await request.show(self._shown, CONTENT_TYPE)


class Health(WebResource):
    """Whether the process does anything at all: that it answers is the answer."""

    def __init__(self, view: INodeView) -> None:
        super().__init__()
        self._view = view

    async def answer(self, request: Any) -> None:
        """That it is."""
        await request.show(f"alive for {self._view.node().uptime_s:.0f} seconds\n".encode(), _TEXT)


class Readiness(WebResource):
    """Whether the node does what it is there for."""

    def __init__(self, view: INodeView) -> None:
        super().__init__()
        self._view = view

    async def answer(self, request: Any) -> None:
        """200, with what is wrong all the same; or 503, with what is awaited."""
        node = self._view.node()
        request.setResponseCode(HTTPStatus.OK if node.ready else HTTPStatus.SERVICE_UNAVAILABLE)
        awaited = [f"waiting for {what}" for what in node.waiting_for] or ["ready"]
        troubles = [f"trouble: {what}" for what in node.troubles]
        await request.show("".join(f"{line}\n" for line in (*awaited, *troubles)).encode(), _TEXT)


def _is_near(address: Address | None) -> bool:
    """Whether no stranger can be there."""
    return address is not None and address.scope in ("loopback", "link-local", "private")
