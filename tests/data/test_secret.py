"""The secret of a closed group."""

from __future__ import annotations

import os
import threading
from dataclasses import replace
from itertools import count
from pathlib import Path

from twisted.trial.unittest import SynchronousTestCase

from p2pstream.data.secret import VARIABLE, group_secret
from p2pstream.errors import StorageError, UsageError
from p2pstream.limits import LIMITS

SECRET = b"0123456789abcdef"
#: How often a file is read while others are put in its place.
SWAPS = 2000


class SecretTests(SynchronousTestCase):
    def file(self, content: bytes, mode: int = 0o600) -> str:
        """The path of a file."""
        path = Path(self.mktemp())
        path.touch(mode)
        path.write_bytes(content)
        return str(path)

    def test_none(self) -> None:
        """Who says nothing is in no closed group."""
        self.assertIsNone(group_secret(None, {}))

    def test_places(self) -> None:
        """A file, which wins, or the environment; the end of a line is not part of it."""
        environ = {VARIABLE: "fedcba9876543210\n"}
        self.assertEqual(group_secret(None, environ), b"fedcba9876543210")
        self.assertEqual(group_secret(self.file(SECRET + b"\r\n"), environ), SECRET)

    def test_bounds(self) -> None:
        """At the bounds it is taken, one byte beyond refused; the secret is in no message."""
        limits = replace(LIMITS, secret_bytes=20, secret_least_bytes=len(SECRET))
        for good in (SECRET, SECRET + b"wxyz", b"  " + SECRET + b"\n" * 8):
            self.assertEqual(group_secret(self.file(good), {}, limits), good.strip())
        for bad in (b"", SECRET[1:], SECRET + b"vwxyz", b"\n"):
            said = str(self.assertRaises(UsageError, group_secret, self.file(bad), {}, limits))
            self.assertNotIn("123456", said)
        self.assertRaises(UsageError, group_secret, None, {VARIABLE: ""})

    def test_open_to_all(self) -> None:
        """What everybody may read is no secret; what a group may read is the group's."""
        path = self.file(SECRET, 0o640)
        self.assertEqual(group_secret(path, {}), SECRET)
        os.chmod(path, 0o644)
        said = str(self.assertRaises(UsageError, group_secret, path, {}))
        self.assertEqual(said, f"everybody may read the secret in {path}: chmod o= {path}")

    def test_open_to_all_and_then_replaced(self) -> None:
        """What counts is the file that was read, not what its path names a moment later."""
        path, closed = self.file(SECRET, 0o644), self.file(SECRET[::-1])
        opened = f"{path}.open"
        os.link(path, opened)
        done = threading.Event()

        def swap() -> None:
            for number in count(1):
                os.link((opened, closed)[number % 2], f"{path}.next")
                os.replace(f"{path}.next", path)
                if done.is_set():
                    return

        swapping = threading.Thread(target=swap)
        swapping.start()
        taken = set()
        try:
            for _ in range(SWAPS):
                try:
                    taken.add(group_secret(path, {}))
                except UsageError:
                    continue
        finally:
            done.set()
            swapping.join()
        self.assertEqual(taken, {SECRET[::-1]})

    def test_no_file(self) -> None:
        """What is there must be a file, one that ends."""
        self.assertRaises(StorageError, group_secret, self.mktemp(), {})
        self.assertRaises(StorageError, group_secret, "/dev/zero", {})
        pipe = self.mktemp()
        os.mkfifo(pipe)
        self.assertRaises(StorageError, group_secret, pipe, {})
