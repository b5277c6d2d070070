"""``p2p-get`` from a peer and a plain web server."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from tests.real.films.test_verified import VerifiedTestCase, events

SIZE = 24 << 20


class Quiet(SimpleHTTPRequestHandler):
    """Python's own, which knows no ranges."""

    def log_message(self, format: str, *args: Any) -> None:
        """Nobody reads it."""


class WebSeedTests(VerifiedTestCase):
    def serve(self, content: bytes) -> str:
        """Have a web server that has this; where."""
        folder = self.home / "web"
        folder.mkdir()
        (folder / "a film.bin").write_bytes(content)
        handler: Callable[..., Any] = partial(Quiet, directory=str(folder))
        server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self.addCleanup(server.server_close)
        self.addCleanup(server.shutdown)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        return f"http://127.0.0.1:{server.server_port}/a%20film.bin"

    def test_without_ranges(self) -> None:
        """A peer that gives little proves what the web server gives."""
        film = self.share_film(SIZE)
        self.central()
        self.peer("--upload-limit", "1M", "--limit-local").wait_for("hashed 1 file")
        url = self.serve(film)
        got = self.get("--web-seed", url, "--json")
        self.check_got(got, film)
        (account,) = events(got, "finished")
        self.assertTrue(account["verified"])
        self.assertGreater(account["sources"][url.split("/")[2]], SIZE // 2)

    def test_F33_something_else(self) -> None:
        """What is not the film is not taken; it comes from the peer, and the user is told."""
        film = self.share_film(1 << 20)
        self.central()
        self.peer().wait_for("hashed 1 file")
        got = self.get("--web-seed", self.serve(os.urandom(1 << 20)), "--json")
        self.check_got(got, film)
        # All that was kept; what else came was told of as the web server's, and thrown away.
        sources = events(got, "finished")[0]["sources"]
        self.assertGreaterEqual(sources[f"{self.peer_ip}:2050"], len(film))
