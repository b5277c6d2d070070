"""Resources of a node, asked through its HTTP."""

from __future__ import annotations

from zope.interface.verify import verifyObject

from p2pstream.interfaces import IWebRequest
from p2pstream.web.resource import WebResource
from tests.protocols.http.browser import SiteCase


class Echo(WebResource):
    """Tells what it learns of the request."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[IWebRequest] = []

    async def answer(self, request: IWebRequest) -> None:
        """Keep it, and say something."""
        verifyObject(IWebRequest, request)
        self.asked.append(request)
        await request.show(b"<p>here", b"text/html", "default-src 'none'; img-src 'self'")


class ResourceTests(SiteCase):
    def test_it_is_asked(self) -> None:
        """It stands in the tree under its name, and is given what its interface says."""
        echo = self.node.resources[b"echo"] = Echo()
        got = self.get(b"/echo?a=b")
        self.assertEqual((got.status, got.body), (200, b"<p>here"))
        self.assertEqual(got.headers["content-security-policy"], "default-src 'none'; img-src 'self'")
        self.assertEqual(len(echo.asked), 1)

    def test_it_comes_and_goes(self) -> None:
        """What there is is seen at each request."""
        self.assertEqual(self.get(b"/echo").status, 404)
        self.node.resources[b"echo"] = Echo()
        self.assertEqual(self.get(b"/echo").status, 200)
        del self.node.resources[b"echo"]
        self.assertEqual(self.get(b"/echo").status, 404)

    def test_below(self) -> None:
        """There is nothing below it that it does not know."""
        self.node.resources[b"echo"] = WebResource()
        self.assertEqual(self.get(b"/echo").status, 404)
        self.assertEqual(self.get(b"/echo/a/b").status, 404)
