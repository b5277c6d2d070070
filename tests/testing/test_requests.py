"""The request that tests are given keeps the contract of all requests."""

from __future__ import annotations

from twisted.trial.unittest import SynchronousTestCase

from p2pstream.testing.requests import Answer, MemoryRequest, WebRequestContract, WebResponse


class MemoryRequestTests(WebRequestContract, SynchronousTestCase):
    """In memory."""

    def answered(
        self,
        answer: Answer,
        uri: bytes = b"/it",
        method: bytes = b"GET",
        leaves: bool = False,
        **head: bytes,
    ) -> WebResponse:
        """See `WebRequestContract`."""
        given = {name.replace("_", "-").encode(): value for name, value in head.items()}
        request = MemoryRequest(uri, method, given)
        request.run(answer(request))
        if leaves:
            request.leave()
        return request.got
