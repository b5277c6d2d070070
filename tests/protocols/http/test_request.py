"""A request that came over HTTP is what resources are promised."""

from __future__ import annotations

from typing import Any

from p2pstream.testing.requests import Answer, WebRequestContract, WebResponse
from p2pstream.web.resource import WebResource
from tests.protocols.http.browser import SiteCase, request


class _Answering(WebResource):
    """Answers as a test says."""

    def __init__(self, answer: Answer) -> None:
        super().__init__()
        self._answer = answer

    async def answer(self, request: Any) -> None:
        """See `WebResource`."""
        await self._answer(request)


class BoundedRequestTests(WebRequestContract, SiteCase):
    """Over a link in memory."""

    def answered(
        self,
        answer: Answer,
        uri: bytes = b"/it",
        method: bytes = b"GET",
        leaves: bool = False,
        **head: bytes,
    ) -> WebResponse:
        """See `WebRequestContract`."""
        self.node.resources[b"it"] = _Answering(answer)
        browser = self.ask(request(uri, method, **head))
        if leaves:
            browser.transport.abortConnection()
        self.clock.advance(1.0)
        whole = browser.responses(method)
        if not whole:
            return WebResponse()
        return WebResponse(whole[0].status, whole[0].headers, whole[0].body, is_whole=True)
