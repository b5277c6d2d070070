"""Who may use which private folder."""

from __future__ import annotations

import os
import stat
import tempfile
from pathlib import Path

from twisted.trial.unittest import SynchronousTestCase

from p2pstream.errors import StorageError
from p2pstream.roles.state import RoleState, open_state
from p2pstream.testing.node import HeardEvents


class StateTests(SynchronousTestCase):
    def setUp(self) -> None:
        """A user with an empty home."""
        self.home = Path(self.mktemp()).resolve()
        self.home.mkdir(parents=True)
        self.patch(os, "environ", {**os.environ, "XDG_STATE_HOME": str(self.home)})
        self.patch(tempfile, "tempdir", str(self.home))
        self.events = HeardEvents()

    def open(self, given: str | None = None, role: str = "peer") -> RoleState:
        """The state of a role."""
        state = open_state(given, role, self.events)
        self.addCleanup(state.close)
        return state

    def test_default(self) -> None:
        """The folder of this user; the same identity from run to run."""
        first = self.open()
        first.close()
        self.assertEqual(self.open().identity, first.identity)
        self.assertEqual((first.folder, first.temporary), (str(self.home / "p2pstream"), False))
        self.assertEqual(self.events.heard, [])

    def test_F58_modes(self) -> None:
        """Nobody else can look into it."""
        self.open()
        self.assertEqual(stat.S_IMODE((self.home / "p2pstream").stat().st_mode), 0o700)
        for path in (self.home / "p2pstream/peer").iterdir():
            self.assertEqual(stat.S_IMODE(path.stat().st_mode), 0o600)

    def test_one_at_a_time(self) -> None:
        """A second peer on the same folder is told what to do; a central has a key of its own."""
        first = self.open()
        said = str(self.assertRaises(StorageError, self.open).args[0])
        self.assertIn(f"cannot use the peer's state in {self.home}/p2pstream: another process does", said)
        self.assertIn("--state", said)
        self.assertNotEqual(self.open(role="central").identity, first.identity)
        first.close()
        self.open()

    def test_nowhere(self) -> None:
        """Where nothing can be kept there are fresh keys, in a folder that goes; that is told."""
        (self.home / "p2pstream").write_bytes(b"in the way")
        state = self.open()
        self.assertTrue(state.temporary)
        (told,) = self.events.named("state_not_kept")
        self.assertEqual(told["path"], str(self.home / "p2pstream"))
        state.close()
        self.assertFalse(os.path.exists(state.folder))

    def test_given(self) -> None:
        """A folder that was asked for is used, or refused; nothing else will do."""
        self.assertEqual(self.open(str(self.home / "mine")).folder, str(self.home / "mine"))
        (self.home / "file").touch()
        self.assertRaises(StorageError, self.open, str(self.home / "file"))
        self.assertEqual(self.events.heard, [])

    def test_F09_damaged(self) -> None:
        """A damaged key ends it; the next start finds the folder free."""
        self.open().close()
        (self.home / "p2pstream/peer/identity").write_bytes(b"nonsense")
        for _ in range(2):
            self.assertIn("damaged", str(self.assertRaises(StorageError, self.open)))
