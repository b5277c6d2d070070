"""A central and a peer in one program, and what is said of them."""

from __future__ import annotations

from typing import Any

from twisted.internet.defer import Deferred, succeed
from twisted.trial.unittest import SynchronousTestCase

from p2pstream.roles.both import Both, invitation
from p2pstream.roles.share import Options
from p2pstream.settings import ShareSettings


class Role:
    """A service that writes down what it is told to do."""

    def __init__(self, name: str, done: list[str]) -> None:
        self.name = name
        self.done = done
        self.stopping: Deferred[None] = Deferred()

    def privilegedStartService(self) -> None:
        """Listen."""
        self.done.append(f"{self.name} listens")

    def startService(self) -> None:
        """Serve."""
        self.done.append(f"{self.name} serves")

    def stopService(self) -> Deferred[None]:
        """Stop when the test says so."""
        self.done.append(f"{self.name} stops")
        return self.stopping

    def look_again(self) -> None:
        """Look again."""
        self.done.append(f"{self.name} looks")

    def close(self) -> None:
        """As a state."""
        self.done.append(f"{self.name} is closed")


class BothTests(SynchronousTestCase):
    def test_order(self) -> None:
        """The central is there before the peer and until after it; then the state is let go."""
        done: list[str] = []
        central, peer, state = (Role(name, done) for name in ("central", "peer", "state"))
        both: Any = Both(central, peer, state, lambda: done.append("begun"))  # type: ignore[arg-type]
        both.privilegedStartService()
        both.startService()
        self.assertEqual(done, ["central listens", "peer listens", "central serves", "peer serves", "begun"])
        done.clear()
        both.look_again()
        stopped = both.stopService()
        self.assertEqual(done, ["peer looks", "peer stops"])
        peer.stopping.callback(None)
        self.assertEqual(done[2:], ["central stops"])
        central.stopping.callback(None)
        self.successResultOf(stopped)
        self.assertEqual(done[3:], ["state is closed"])

    def test_state_is_let_go_in_any_case(self) -> None:
        """A peer that cannot stop in good order keeps nobody out of the folder."""
        done: list[str] = []
        central, peer, state = (Role(name, done) for name in ("central", "peer", "state"))
        central.stopping = succeed(None)
        stopped = Both(central, peer, state, lambda: None).stopService()  # type: ignore[arg-type]
        peer.stopping.errback(RuntimeError("broken"))
        self.failureResultOf(stopped, RuntimeError)
        self.assertEqual(done[-1], "state is closed")


class InvitationTests(SynchronousTestCase):
    def told(self, closed_group: bool = False, **settings: Any) -> list[str]:
        """What is said."""
        return list(invitation("192.168.1.7", ShareSettings(**settings), closed_group))

    def test_usual_ports(self) -> None:
        """The link needs no port, the web address does."""
        said = self.told()
        self.assertEqual(said[0], "p2pstream://192.168.1.7/")
        self.assertIn("http://192.168.1.7:2050/", said)
        self.assertIn("p2p-play 192.168.1.7 plays it", said[1])

    def test_other_ports(self) -> None:
        """What is not usual is said."""
        said = self.told(port=3000, central_port=3001)
        self.assertEqual(said[0], "p2pstream://192.168.1.7:3001/")
        self.assertIn("http://192.168.1.7:3000/", said)

    def test_alone(self) -> None:
        """What only this machine reaches is promised to no phone, and not shown to its camera."""
        for host in ("127.0.0.1", "::1", "localhost"):
            *_, page, last = invitation(host, ShareSettings(), False)
            self.assertIn(host, page)
            self.assertIn("on this machine alone", last)

    def test_closed_group(self) -> None:
        """A browser knows no secret, so it is not invited."""
        self.assertNotIn("http", "".join(self.told(closed_group=True)))

    def test_code(self) -> None:
        """The web address as a picture: two rows of modules in a line, with a quiet zone around."""
        rest = self.told()[4:]
        self.assertGreaterEqual(len(rest), 12)
        self.assertLessEqual(set("".join(rest)), set(" ▄▀█"))


class OptionsTests(SynchronousTestCase):
    def test_folders(self) -> None:
        """Without a word the current folder is shared."""
        for words, folders in (([], (".",)), (["a", "b"], ("a", "b"))):
            options = Options()
            options.parseOptions(words)
            self.assertEqual(tuple(options.folders), folders)
