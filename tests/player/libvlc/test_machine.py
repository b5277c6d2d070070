from __future__ import annotations

from typing import Any

from twisted.internet.defer import Deferred
from twisted.trial.unittest import SynchronousTestCase

from p2pstream.player.libvlc.machine import Machine
from p2pstream.testing.workers import HeldWorkers
from tests.player.driving import FakeLibvlc


class MachineTests(SynchronousTestCase):
    def setUp(self) -> None:
        """A libvlc, and a worker that works when the test says so."""
        self.libvlc, self.workers = FakeLibvlc(), HeldWorkers()
        self.machine = Machine(self.libvlc, self.workers.run)  # type: ignore[arg-type]

    def _load(self) -> Deferred[None]:
        source: Any = None
        return self.machine.load(source, 0.0, 1.0, "")

    def test_busy_while_it_loads(self) -> None:
        """Libvlc is given away before and after, and not while a worker is inside it."""
        self.assertIs(self.machine.idle, self.libvlc)
        loading = self._load()
        self.assertIsNone(self.machine.idle)
        self.workers.flush()
        self.successResultOf(loading)
        self.assertIs(self.machine.idle, self.libvlc)

    def test_retired(self) -> None:
        """After a failure it is asked nothing, even when a load is done later."""
        self._load()
        self.machine.retire()
        self.workers.flush()
        self.assertIsNone(self.machine.idle)

    def test_stop_waits_for_the_load(self) -> None:
        """One worker at a time: what loads is let finish, then all is given back."""
        self._load()
        stopping = Deferred.fromCoroutine(self.machine.stop())
        self.assertEqual((len(self.workers), self.machine.idle), (1, None))
        self.workers.step()
        self.assertEqual(len(self.workers), 1)
        self.workers.step()
        self.successResultOf(stopping)
        self.assertEqual([told[0] for told in self.libvlc.told], ["load", "stop"])

    def test_stop_without_a_film(self) -> None:
        """What never loaded is given back all the same."""
        stopping = Deferred.fromCoroutine(self.machine.stop())
        self.workers.flush()
        self.successResultOf(stopping)
        self.assertEqual(self.libvlc.told, [("stop",)])
