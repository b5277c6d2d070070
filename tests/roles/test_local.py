"""What a peer finds out about its own machine."""

from __future__ import annotations

import errno
import os
from datetime import UTC, datetime
from pathlib import Path

from twisted.trial.unittest import SynchronousTestCase

from p2pstream.roles.local import Local
from p2pstream.roles.state import open_state
from p2pstream.settings import PeerSettings
from p2pstream.testing.node import HeardEvents
from tests.transport.secure.authority import write_files

NOW = datetime(2026, 11, 25, 17, 33, tzinfo=UTC)


class LocalTests(SynchronousTestCase):
    def setUp(self) -> None:
        """A user with a folder of films."""
        self.home = Path(self.mktemp()).resolve()
        self.home.mkdir(parents=True)
        self.patch(os, "environ", {**os.environ, "XDG_STATE_HOME": str(self.home)})
        os.environ.pop("P2PSTREAM_SECRET", None)
        self.trouble = 0
        (self.home / "films").mkdir()
        (self.home / "films/film").touch()

    def bind(self, host: str, port: int) -> None:
        """What the system says."""
        if self.trouble:
            raise OSError(self.trouble, os.strerror(self.trouble))

    def look(self, now: datetime = NOW, **settings: object) -> list[str]:
        """All lines."""
        given = {"ip": "127.0.0.1", "port": 0, "share": (str(self.home / "films"),), **settings}
        self.local = Local(PeerSettings(**given), HeardEvents(), lambda: now, self.bind)  # type: ignore[arg-type]
        lines = [str(finding).replace(str(self.home), "HOME") for finding in self.local.findings()]
        if self.local.state is not None:
            self.local.state.close()
        return lines

    def test_all_is_well(self) -> None:
        """One line each, and all of them good."""
        self.assertEqual(
            self.look(),
            [
                "ok  share HOME/films: can be read; files and folders in it: 1",
                "ok  state HOME/p2pstream: can be written, and no p2p-peer uses it now",
                "ok  clock: 2026-11-25 17:33 UTC",
                "ok  port 0 on 127.0.0.1: free",
                "ok  address 127.0.0.1: programs on this machine may reach it",
            ],
        )
        self.assertTrue(self.local.port_free)

    def test_bad_share(self) -> None:
        """A folder that is not there."""
        self.assertIn(
            "BAD cannot share HOME/none: there is no such file", self.look(share=(f"{self.home}/none",))[0]
        )

    def test_running(self) -> None:
        """A peer that runs is told from another program on its port; its identity is known."""
        state = open_state(None, "peer", HeardEvents())
        self.addCleanup(state.close)
        self.trouble = errno.EADDRINUSE
        lines = self.look()
        self.assertEqual(lines[1], "ok  state: a p2p-peer is running on it")
        self.assertIn("the running p2p-peer listens", lines[3])
        self.assertEqual(self.local.identity, state.identity)
        self.assertFalse(self.local.port_free)

    def test_port_taken(self) -> None:
        """Another program on the port is what is wrong."""
        self.trouble = errno.EADDRINUSE
        line = self.look()[3]
        self.assertIn("BAD port", line)
        self.assertIn("another program listens (`ss -ltnp", line)

    def test_not_our_address(self) -> None:
        """An address that this machine does not have."""
        self.trouble = errno.EADDRNOTAVAIL
        self.assertTrue(self.look(ip="192.0.2.77")[3].startswith("BAD port 0 on 192.0.2.77: "))

    def test_state(self) -> None:
        """A private folder that cannot be had."""
        (self.home / "file").touch()
        self.assertTrue(
            self.look(state=str(self.home / "file"))[1].startswith("BAD state: cannot use HOME/file")
        )

    def test_secret(self) -> None:
        """A closed group is named, and so is a secret that is none; never the secret itself."""
        file = self.home / "secret"
        file.touch(0o600)
        file.write_text("0123456789abcdef\n")
        lines = self.look(secret_file=str(file))
        self.assertTrue(lines[2].startswith("ok  closed group"))
        self.assertEqual(self.local.secret, b"0123456789abcdef")
        file.write_text("short")
        self.assertTrue(self.look(secret_file=str(file))[2].startswith("BAD closed group"))
        self.assertNotIn("short", " ".join(self.look(secret_file=str(file))))

    def test_certificate(self) -> None:
        """Until when one is valid, or why the peer would not take it."""
        files = write_files(self.home, "films.example.org")
        given = {"certificate": str(files.fullchain), "private_key": str(files.privkey)}
        self.assertRegex(self.look(datetime.now(UTC), **given)[2], r"ok  certificate: valid until \d{4}-")
        files.privkey.unlink()
        said = self.look(datetime.now(UTC), **given)[2]
        self.assertTrue(said.startswith("BAD certificate: cannot read HOME/privkey.pem"), said)

    def test_F15_clock(self) -> None:
        """A clock before anything of ours was written is wrong."""
        self.assertEqual(self.look(datetime(1970, 1, 1, tzinfo=UTC))[2], "BAD clock: 1970-01-01 00:00 UTC")
