"""A peer that runs is looked at, and changed, and is the same after a restart."""

from __future__ import annotations

import json
import signal
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

from twisted.trial.unittest import SynchronousTestCase

from tests.real.classic_client import within
from tests.real.processes import ProcessesMixin, Program, free_loopback, script


class LookingTests(ProcessesMixin, SynchronousTestCase):
    """Over a real socket, by a client of the standard library."""

    def begin(self) -> Program:
        """Start it, and wait until it is ready."""
        state = str(self.home / "state")
        args = [script("twistd"), "-n", "p2p-peer", "--ip", self.ip, "--share", "films", "--state", state]
        peer = self.start(args, self.home)
        peer.wait_for("p2p-peer listens on")
        return peer

    def ask(self, method: str, path: str, body: Any = None) -> tuple[int, Any]:
        """The status, and what is told."""
        connection = HTTPConnection(self.ip, 2050, timeout=10)
        token = Path(self.home / "state/peer/web-token").read_text().strip()
        headers = {"X-P2PStream-Token": token, "Content-Type": "application/json"}
        connection.request(method, path, None if body is None else json.dumps(body), headers if body else {})
        response = connection.getresponse()
        told = response.read().decode()
        connection.close()
        is_json = "json" in (response.getheader("Content-Type") or "")
        return response.status, json.loads(told) if is_json else told

    def names(self) -> list[str]:
        """What it shares."""
        return [share["name"] for share in self.ask("GET", "/api/v1/shares")[1]["shares"]]

    def test_changed_for_good(self) -> None:
        """A folder and a limit, while it runs; both are there again when it is started anew."""
        self.ip, self.home = free_loopback(), self.folder()
        for folder, film in (("films", "a.mp4"), ("more", "b.mp4")):
            (self.home / folder).mkdir()
            (self.home / folder / film).write_bytes(bytes(range(256)) * 400)
        peer = self.begin()
        self.assertEqual(self.ask("GET", "/readyz")[0], 200)
        self.assertEqual(self.ask("GET", "/healthz")[0], 200)
        self.assertIn("p2pstream_shares 1\n", self.ask("GET", "/metrics")[1])
        added = self.ask("PUT", "/api/v1/folders", {"path": str(self.home / "more")})
        self.assertEqual((added[0], added[1]["added"]), (200, True))
        self.assertEqual(self.ask("PUT", "/api/v1/limits", {"upload": 2_000_000})[0], 200)
        within(5.0, lambda: self.names() == ["a.mp4", "b.mp4"])
        self.assertEqual(self.ask("PUT", "/api/v1/folders", {"path": "/nowhere"})[0], 409)
        peer.signal(signal.SIGTERM)
        peer.finished()
        self.begin()
        self.assertEqual(self.names(), ["a.mp4", "b.mp4"])
        self.assertEqual(self.ask("GET", "/api/v1/limits")[1]["upload"], 2_000_000)
