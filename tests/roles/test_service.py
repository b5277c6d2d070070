"""Where a role meets its process."""

from __future__ import annotations

import gc
import signal
import sys
from collections.abc import Callable
from io import StringIO
from typing import Any

from twisted.application.service import Service
from twisted.internet.defer import Deferred, succeed
from twisted.internet.testing import MemoryReactorClock
from twisted.trial.unittest import SynchronousTestCase

from p2pstream.errors import CannotListen
from p2pstream.limits import LIMITS
from p2pstream.protocols.node import Means
from p2pstream.roles.central import Options
from p2pstream.roles.service import RoleService
from p2pstream.roles.signals import Signals
from p2pstream.testing.node import HeardEvents


class Inner(Service):
    """A central or a peer that does what the test says."""

    def __init__(self, trouble: Exception | None = None) -> None:
        self.trouble = trouble
        self.looked = 0
        self.stopped: Deferred[None] = Deferred()

    def privilegedStartService(self) -> None:
        """Bind, or not."""
        if self.trouble:
            raise self.trouble

    def stopService(self) -> Deferred[None]:
        """Stop when the test says so."""
        super().stopService()
        return self.stopped

    def look_again(self) -> None:
        """Count it."""
        self.looked += 1


class Workers:
    """Workers that end when they are told to."""

    closed = False

    def close(self) -> Deferred[None]:
        """End."""
        self.closed = True
        return succeed(None)


class Reactor(MemoryReactorClock):
    """Memory, which a signal can wake."""

    def callFromThread(self, work: Callable[[], None]) -> None:
        """Do it in the next turn."""
        self.callLater(0, work)


class RoleServiceTests(SynchronousTestCase):
    def setUp(self) -> None:
        """A role in memory."""
        self.addCleanup(signal.signal, signal.SIGHUP, signal.getsignal(signal.SIGHUP))
        self.reactor = Reactor()
        self.events = HeardEvents()
        self.workers: Any = Workers()

    def role(self, inner: Inner, **parent: Any) -> RoleService:
        """A role around it."""
        options: Any = Options()
        options.parent = parent or None
        return RoleService(options, inner, Means(self.reactor, self.events, self.workers), self.workers)

    def test_F18_one_line(self) -> None:
        """A port that cannot be had ends the program: exit code 1, one line, no traceback."""
        errors = StringIO()
        self.patch(sys, "__stderr__", errors)
        role = self.role(Inner(CannotListen("port 1 is taken")))
        end = self.assertRaises(SystemExit, role.privilegedStartService)
        self.assertEqual((end.code, errors.getvalue()), (1, "p2p-central: port 1 is taken\n"))

    def test_F18_daemon(self) -> None:
        """A daemon's error is left to twistd, whose parent process has the terminal."""
        role = self.role(Inner(CannotListen("port 1 is taken")), nodaemon=False)
        self.assertRaises(CannotListen, role.privilegedStartService)

    def test_bugs_are_not_hidden(self) -> None:
        """Whatever is not an error for people keeps its traceback."""
        self.assertRaises(ZeroDivisionError, self.role(Inner(ZeroDivisionError())).privilegedStartService)

    def test_stop(self) -> None:
        """The inner service stops first, then the workers; then it is told."""
        inner = Inner()
        role = self.role(inner)
        role.privilegedStartService()
        role.startService()
        self.assertTrue(inner.running)
        stopped = role.stopService()
        self.assertFalse(self.workers.closed)
        inner.stopped.callback(None)
        self.successResultOf(stopped)
        self.assertTrue(self.workers.closed)
        self.assertEqual(self.events.named("stopped"), [{"role": "p2p-central"}])
        self.assertEqual(self.reactor.getDelayedCalls(), [])

    def settle(self) -> None:
        """Start one, and have the reactor run; what that changes of this process is changed back."""
        self.addCleanup(sys.setswitchinterval, sys.getswitchinterval())
        self.addCleanup(gc.unfreeze)
        role = self.role(Inner())
        role.startService()
        (settle,) = (hook for hook, *_ in self.reactor.whenRunningHooks if hook == role._settle)
        settle()

    def test_F18_hang_up_early(self) -> None:
        """From the start on, before the reactor runs, SIGHUP has it look again."""
        self.patch(sys.modules["os"], "isatty", lambda _: False)
        inner = Inner()
        self.role(inner).startService()
        signal.raise_signal(signal.SIGHUP)
        self.reactor.advance(0)
        self.assertEqual(inner.looked, 1)

    def test_what_is_known_from_the_start_is_no_garbage(self) -> None:
        """Nobody looks through a million leases for it; done when the reactor runs, and once."""
        self.settle()
        self.assertTrue(gc.isenabled() and gc.get_freeze_count())

    def test_no_thread_keeps_the_reactor_waiting(self) -> None:
        """Not for longer than a request takes."""
        self.settle()
        self.assertAlmostEqual(sys.getswitchinterval(), LIMITS.switch_s)

    def test_F18_stop_that_hangs(self) -> None:
        """What does not end in time is left behind."""
        role = self.role(Inner())
        role.startService()
        stopped = role.stopService()
        self.reactor.advance(LIMITS.stop_s - 0.01)
        self.assertNoResult(stopped)
        self.reactor.advance(0.01)
        self.successResultOf(stopped)


class SignalsTests(SynchronousTestCase):
    def setUp(self) -> None:
        """Handlers as a reactor installs them."""
        self.got: list[int] = []
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            before = signal.signal(number, lambda number, frame: self.got.append(number))
            self.addCleanup(signal.signal, number, before)
        self.hung_up = 0
        self.signals = Signals(self, self.count)

    def callFromThread(self, work: Callable[[], None]) -> None:
        """As the reactor that is given to the handlers."""
        work()

    def count(self) -> None:
        """SIGHUP arrived."""
        self.hung_up += 1

    def install(self, on_terminal: bool) -> None:
        """Take over, with or without a terminal."""
        self.patch(sys.modules["os"], "isatty", lambda _: on_terminal)
        self.signals.heed()
        self.signals.install()

    def test_F18_only_the_first_counts(self) -> None:
        """The reactor hears of the first signal only."""
        self.install(False)
        for number in (signal.SIGINT, signal.SIGINT, signal.SIGTERM):
            signal.raise_signal(number)
        self.assertEqual(self.got, [signal.SIGINT])

    def test_F18_hang_up(self) -> None:
        """Without a terminal SIGHUP asks to look again, as often as it comes."""
        self.install(False)
        signal.raise_signal(signal.SIGHUP)
        signal.raise_signal(signal.SIGHUP)
        self.assertEqual((self.got, self.hung_up), ([], 2))

    def test_F18_terminal_lost(self) -> None:
        """On a terminal it ends the role."""
        self.install(True)
        signal.raise_signal(signal.SIGHUP)
        signal.raise_signal(signal.SIGTERM)
        self.assertEqual((self.got, self.hung_up), ([signal.SIGTERM], 0))
