"""A folder goes, or can be read or written no more, while ten people watch what is in it."""

from __future__ import annotations

import os
import select
import shutil
import signal

from twisted.trial.unittest import SynchronousTestCase

from tests.real.classic_client import Asking, ask, within
from tests.real.disks import films, inside, mount, on_disk
from tests.real.processes import ProcessesMixin, Program, free_loopback, obeying_permissions, script

#: More than the kernel's buffers hold for ten, so that all transfers are under way until they are read.
BIG = 64 << 20
VIEWERS = 10


class FolderTests(ProcessesMixin, SynchronousTestCase):
    def setUp(self) -> None:
        """A folder with a film."""
        self.ip = free_loopback()
        self.home = self.folder()
        self.share = self.home / "share"
        self.content = os.urandom(1 << 20) * (BIG >> 20)

    def begin(self, args: list[str]) -> None:
        """A peer that shares it, and ten who are in the middle of the film."""
        self.peer: Program = self.start(obeying_permissions(args), self.home)
        self.peer.wait_for("p2p-peer listens on")
        self.viewers = [Asking(self.ip, 2050, "film") for _ in range(VIEWERS)]
        for viewer in self.viewers:
            self.addCleanup(viewer.close)
            viewer.read(1000)

    def twistd_args(self) -> list[str]:
        """The peer's command line."""
        return [script("twistd"), "-n", "p2p-peer", "--ip", self.ip, "--share", str(self.share)]

    def begin_in_folder(self) -> None:
        """It is a folder like others."""
        self.share.mkdir()
        (self.share / "film").write_bytes(self.content)
        self.begin(self.twistd_args())

    def begin_on_disk(self) -> None:
        """It is a disk of its own."""
        args = on_disk(self.share, self.twistd_args())
        (films(self.share) / "film").write_bytes(self.content)
        self.begin(args)

    def fetch(self) -> bytes | None:
        """The film; None if it is refused."""
        content, end = ask(self.ip, 2050, "film")
        return content if end == "end" else None

    def assert_gone(self) -> None:
        """All ten were told within a second, by a reset; and nobody gets it who asks now."""
        within(1.0, lambda: all(map(is_reset, self.viewers)))
        self.assertIsNone(self.fetch())
        self.assertEqual({viewer.rest()[1] for viewer in self.viewers}, {"reset"})
        self.peer.wait_for("no longer sharing “film”", 1)

    def test_F07_removed(self) -> None:
        """The folder goes with the film; it comes back by itself."""
        self.begin_in_folder()
        shutil.rmtree(self.share)
        self.assert_gone()
        self.share.mkdir()
        (self.share / "film").write_bytes(b"back")
        within(6.0, lambda: self.fetch() == b"back")

    def test_F07_unreadable(self) -> None:
        """The folder's permissions go."""
        self.begin_in_folder()
        self.share.chmod(0)
        self.addCleanup(self.share.chmod, 0o755)
        self.assert_gone()
        self.share.chmod(0o755)
        within(6.0, lambda: self.fetch() == self.content)

    def test_F07_unmounted(self) -> None:
        """The disk is unmounted while it is read, and mounted again."""
        self.begin_on_disk()
        mount(self.peer, "umount", "-l", str(self.share))
        self.assert_gone()
        mount(self.peer, "mount", "-t", "tmpfs", "none", str(self.share))
        inside(self.peer, self.share / "film").write_bytes(b"back")
        within(6.0, lambda: self.fetch() == b"back")

    def test_F07_F56_mounted_in_it(self) -> None:
        """A disk in the folder is shared with it, and goes alone."""
        self.share.mkdir()
        (self.share / "other").write_bytes(b"other")
        disk = self.share / "disk"
        args = on_disk(disk, self.twistd_args())
        (films(disk) / "film").write_bytes(self.content)
        # What it is filled from would be shared as well.
        films(disk).rename(self.home / "disk.films")
        films(disk).symlink_to(self.home / "disk.films")
        self.begin(args)
        mount(self.peer, "umount", "-l", str(disk))
        self.assert_gone()
        self.assertEqual(ask(self.ip, 2050, "other"), (b"other", "end"))

    def test_F07_read_only(self) -> None:
        """A disk that nobody may write any more is served from as before."""
        self.begin_on_disk()
        mount(self.peer, "mount", "-o", "remount,ro", str(self.share))
        self.assertRaises(OSError, inside(self.peer, self.share / "new").touch)
        for viewer in self.viewers:
            rest, end = viewer.rest()
            self.assertEqual((len(rest), rest == self.content[1000:], end), (BIG - 1000, True, "end"))
        self.assertEqual(self.fetch(), self.content)
        self.peer.signal(signal.SIGTERM)
        self.peer.finished()
        self.assertNotIn("no longer", self.peer.stdout)


def is_reset(viewer: Asking) -> bool:
    """Whether the other end has reset the connection, whatever waits to be read."""
    poll = select.poll()
    poll.register(viewer.socket, 0)
    return any(event & select.POLLERR for _, event in poll.poll(0))
