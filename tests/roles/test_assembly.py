"""The parts put together as the options say."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable
from functools import partial
from io import StringIO
from pathlib import Path
from queue import Queue
from typing import Any

from twisted.internet.defer import Deferred
from twisted.internet.testing import MemoryReactorClock
from twisted.trial.unittest import SynchronousTestCase

from p2pstream.limits import LIMITS
from p2pstream.roles import central, peer
from p2pstream.roles.service import RoleService


class InboxReactor(MemoryReactorClock):
    """Memory, and an inbox for what real worker threads have to say."""

    def __init__(self) -> None:
        super().__init__()
        self.inbox: Queue[Callable[[], Any]] = Queue()

    def callFromThread(self, work: Callable[..., Any], *args: Any) -> None:
        """Keep it for `wait`."""
        self.inbox.put(partial(work, *args))

    def wait(self, awaited: Deferred[Any]) -> None:
        """Do what threads ask for, until this has fired."""
        while not awaited.called:
            self.inbox.get(timeout=5)()


class AssemblyTestCase(SynchronousTestCase):
    def setUp(self) -> None:
        """An empty working directory and no settings but those given."""
        plain = {name: value for name, value in os.environ.items() if not name.startswith("P2PSTREAM_")}
        self.state = Path(self.mktemp()).resolve()
        own = {"P2PSTREAM_CONFIG": "/dev/null", "XDG_STATE_HOME": str(self.state)}
        self.patch(os, "environ", {**plain, **own})
        self.home = Path(self.mktemp()).resolve()
        self.home.mkdir(parents=True)
        self.addCleanup(os.chdir, os.getcwd())
        os.chdir(self.home)
        self.errors = StringIO()
        self.patch(sys, "__stderr__", self.errors)
        self.reactor = InboxReactor()
        self.addCleanup(signal.signal, signal.SIGHUP, signal.getsignal(signal.SIGHUP))

    def make(self, role: Any, *args: str) -> RoleService:
        """The service of a role."""
        options = role.Options()
        options.parseOptions(args)
        service: RoleService = role.makeService(options, self.reactor)
        self.addCleanup(service._workers.close)
        if service._state is not None:
            self.addCleanup(service._state.close)
        return service

    def refusal(self, role: Any, *args: str) -> str:
        """The line with which it ends."""
        end = self.assertRaises(SystemExit, self.make, role, *args)
        self.assertEqual(end.code, 1)
        return self.errors.getvalue().replace(str(self.home), "HOME")

    def run_briefly(self, service: RoleService) -> tuple[str, int]:
        """Start and stop it; where it listened."""
        service.privilegedStartService()
        service.startService()
        ((port, _, _, host),) = self.reactor.tcpServers
        stopped = service.stopService()
        self.reactor.wait(stopped)
        self.successResultOf(stopped)
        self.assertEqual(self.reactor.getDelayedCalls(), [])
        return host, port


class CentralTests(AssemblyTestCase):
    def test_defaults(self) -> None:
        """It listens on all addresses, with the mapping of the folder if there is one."""
        (self.home / "fileToIP.txt").write_text("film 10.0.0.1")
        service = self.make(central, "--no-mdns")
        self.assertIn("film", service.inner._node.names)
        self.assertEqual(self.run_briefly(service), ("", 2045))

    def test_given(self) -> None:
        """Address, port and mapping can be chosen."""
        (self.home / "mine.txt").write_text("other 10.0.0.1")
        service = self.make(central, "--ip=127.0.0.9", "--port=7", "--mapping=mine.txt")
        self.assertIn("other", service.inner._node.names)
        self.assertEqual(self.run_briefly(service), ("127.0.0.9", 7))

    def test_F18_mapping_missing(self) -> None:
        """A mapping that is asked for must be there."""
        self.assertEqual(
            self.refusal(central, "--mapping=none"),
            "p2p-central: cannot read HOME/none: there is no such file or folder;"
            " choose another with --mapping\n",
        )


class PeerTests(AssemblyTestCase):
    def test_defaults(self) -> None:
        """It listens on all addresses, and makes ./share."""
        self.assertEqual(self.run_briefly(self.make(peer)), ("", 2050))
        self.assertEqual(os.listdir(self.home), ["share"])

    def test_resident(self) -> None:
        """This user's programs find it in the private folder, and nobody else does."""
        service = self.make(peer)
        self.run_briefly(service)
        ((place, _, _, mode, *_),) = self.reactor.unixServers
        self.assertEqual(mode, 0o600)
        self.assertEqual(os.path.realpath(place), str(self.state / "p2pstream/peer/socket"))

    def test_watched_by_players(self) -> None:
        """A broadcast is shown to them as late as playlists need, and as far back as anybody may go."""
        gateway = self.make(peer).inner._node.resources[b"stream-live"]
        watching = gateway.viewings._fetches.watching
        self.assertEqual(watching.delay_s, LIMITS.live_page_delay_s)
        self.assertEqual(watching.window_s, LIMITS.live_window_s)

    def test_shown(self) -> None:
        """What it is can be looked at, with a token that only its user can read, the same each time."""
        tokens = set()
        for _ in range(2):
            service = self.make(peer)
            resources = service.inner._node.resources
            self.assertLessEqual({b"api", b"events", b"metrics", b"healthz", b"readyz"}, set(resources))
            token = self.state / "p2pstream/peer/web-token"
            self.assertEqual(token.stat().st_mode & 0o777, 0o600)
            tokens.add(token.read_text())
            self.run_briefly(service)
            del self.reactor.tcpServers[:]
        self.assertEqual(len(tokens), 1)

    def test_kept(self) -> None:
        """A ./share that is there is taken as it is."""
        (self.home / "share").mkdir()
        (self.home / "share/film").touch()
        self.make(peer)
        self.assertEqual(os.listdir(self.home / "share"), ["film"])

    def test_each_folder_once(self) -> None:
        """A folder that is named twice is shared once."""
        (self.home / "a").mkdir()
        (self.home / "link").symlink_to("a")
        service = self.make(peer, "--share=a", "--share=./a", f"--share={self.home}/a", "--share=link")
        self.assertEqual(len(service.inner._shares._shares), 1)

    def test_F18_no_such_folder(self) -> None:
        """Only the default folder is made."""
        self.assertEqual(
            self.refusal(peer, "--share=none"),
            "p2p-peer: cannot share HOME/none: there is no such file or folder;"
            " choose another with --share\n",
        )
        self.assertEqual(os.listdir(self.home), [])

    def test_F18_share_in_the_way(self) -> None:
        """A file where ./share should be is left alone."""
        (self.home / "share").touch()
        self.assertIn("cannot share HOME/share: it is a file, not a folder", self.refusal(peer))

    def test_F18_dangling_share(self) -> None:
        """A link that leads nowhere is named, and nothing is made."""
        (self.home / "share").symlink_to("nowhere")
        self.assertIn("cannot share HOME/share: it is a link to nowhere, which", self.refusal(peer))
        self.assertEqual(os.listdir(self.home), ["share"])

    def test_F18_current_folder_gone(self) -> None:
        """A folder that was removed under our feet is one line."""
        self.home.rmdir()
        for role in (peer, central):
            self.assertIn("the current folder is gone; choose another", self.refusal(role))


class NeighboursTests(AssemblyTestCase):
    def near(self, *args: str) -> object:
        """What a peer would be found by."""
        return self.make(peer, *args).inner._neighbours

    def test_on_a_network(self) -> None:
        """It is told of, and looks, unless that is not wished or only this machine could come."""
        self.assertIsNotNone(self.near("--ip=192.0.2.9"))
        self.assertIsNone(self.near("--ip=192.0.2.9", "--no-mdns", "--state=b"))
        self.assertIsNone(self.near("--ip=127.0.0.9", "--state=c"))

    def test_closed_group(self) -> None:
        """It neither says that it is there nor gives a stranger something to guess its secret by."""
        os.environ["P2PSTREAM_SECRET"] = "x" * 40
        self.assertIsNone(self.near("--ip=192.0.2.9"))
