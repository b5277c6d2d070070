"""Nodes with views, asked over HTTP in memory."""

from __future__ import annotations

import json
from typing import Any

from p2pstream.content.admission import Admission
from p2pstream.testing.views.fake_views import FakeCentralView, FakePeerView
from p2pstream.web.api.central import CentralOperations
from p2pstream.web.api.peer import PeerOperations
from p2pstream.web.api.resource import Api
from p2pstream.web.events.resource import Events
from p2pstream.web.events.topics import CentralTopics, PeerTopics
from p2pstream.web.metrics import Health, MetricsPage, Readiness
from p2pstream.web.token import HEADER, Token
from tests.protocols.http.browser import HOST, Response, SiteCase, request

TOKEN = Token("t" * 32)


class ViewCase(SiteCase):
    """A peer and a central; `self.view` is the peer's."""

    def setUp(self) -> None:
        """Serve the peer."""
        super().setUp()
        self.view = FakePeerView()
        self.serve_view(self.view)

    def serve_view(self, view: Any) -> None:
        """Serve this view instead."""
        central = isinstance(view, FakeCentralView)
        operations = CentralOperations(view).table if central else PeerOperations(view, view).table
        topics: Any = CentralTopics(view) if central else PeerTopics(view)
        admission = Admission.PAGES if central else Admission.OWN
        self.events = Events(topics, self.clock, admission, self.node.limits)
        self.node.resources.update(
            {
                b"api": Api(view.node().role, "26.11", operations, admission, TOKEN),
                b"events": self.events,
                b"metrics": MetricsPage(view),
                b"healthz": Health(view),
                b"readyz": Readiness(view),
            }
        )

    def call(
        self, method: str, path: str, body: Any = None, token: str = TOKEN.text, **more: bytes
    ) -> Response:
        """Ask the API as a program of this machine does."""
        raw = b"" if body is None else body if isinstance(body, bytes) else json.dumps(body).encode()
        head = [f"{method} {path} HTTP/1.1".encode(), b"Host: " + more.pop("host", HOST)]
        if body is not None:
            head += [b"Content-Type: application/json", b"Content-Length: %d" % len(raw)]
        if token:
            head.append(HEADER + b": " + token.encode())
        head += [name.replace("_", "-").encode() + b": " + value for name, value in more.items()]
        (response,) = self.ask(b"\r\n".join([*head, b"", raw])).responses(method.encode())
        return response

    def told(self, method: str, path: str, body: Any = None, **more: Any) -> Any:
        """What it answers, which is well."""
        response = self.call(method, path, body, **more)
        self.assertIn(response.status, (200, 204), response.body)
        return json.loads(response.body) if response.body else None

    def problem(self, status: int, method: str, path: str, body: Any = None, **more: Any) -> str:
        """Why it does not."""
        response = self.call(method, path, body, **more)
        told = json.loads(response.body)
        self.assertEqual((response.status, told["status"]), (status, status), told)
        self.assertEqual(response.headers["content-type"], "application/problem+json")
        self.assertEqual(set(told), {"type", "title", "status", "detail"})
        return str(told["detail"])

    def ask_from(self, host: str, target: bytes) -> Response:
        """What somebody there is answered."""
        (response,) = self.ask(request(target), hosts=(host, "10.0.0.1")).responses()
        return response
