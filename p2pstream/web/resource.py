"""A resource that answers by a coroutine."""

from __future__ import annotations

from http import HTTPStatus

from twisted.web.resource import Resource

from p2pstream.content.addresses import Address
from p2pstream.errors import BadAddress
from p2pstream.interfaces import IWebRequest

__all__ = ["Signpost", "WebResource", "asker"]


class WebResource(Resource):
    """What others are made of; by itself it says that there is nothing here, nor below."""

    def getChild(self, path: bytes, request: IWebRequest) -> Resource:
        """Twisted: what no child was put there for."""
        return WebResource()

    def render(self, request: IWebRequest) -> int:
        """Twisted: this is what was asked for."""
        # Late: it brings all of twisted.web, which nobody needs before the first request.
        from twisted.web.server import NOT_DONE_YET

        request.run(self.answer(request))
        return NOT_DONE_YET

    async def answer(self, request: IWebRequest) -> None:
        """Write the response."""
        await request.say(HTTPStatus.NOT_FOUND, "There is nothing here.")


class Signpost(WebResource):
    """Where an address goes on: it is nothing by itself.

    :param said: what has to follow.
    """

    def __init__(self, said: str) -> None:
        super().__init__()
        self.said = said

    async def answer(self, request: IWebRequest) -> None:
        """Say what is missing."""
        await request.say(HTTPStatus.NOT_FOUND, self.said)


def asker(request: IWebRequest) -> Address | None:
    """Where it is asked from; its port is whoever asks' own, and says nothing."""
    try:
        return Address.parse(request.address, 1)
    except BadAddress:
        return None
