"""A certificate that is renewed while a program runs."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from twisted.internet.testing import StringTransport
from twisted.trial.unittest import SynchronousTestCase

from p2pstream.data.workers import ThreadWorkers
from p2pstream.errors import SessionError
from p2pstream.limits import LIMITS
from p2pstream.testing.clock import HeapClock
from p2pstream.testing.node import HeardEvents
from p2pstream.testing.workers import HeldWorkers
from p2pstream.transport.secure.credentials import Credentials, made_credentials
from p2pstream.transport.secure.given import given_credentials
from p2pstream.transport.secure.renewal import Renewal
from p2pstream.transport.secure.tls import Layer
from tests.transport.secure.authority import Files, write_files

LATER_S = LIMITS.pem_look_s


class RenewalTests(SynchronousTestCase):
    def setUp(self) -> None:
        """A certificate that was read when the program began."""
        self.folder = Path(self.mktemp())
        self.folder.mkdir()
        self.files: Files = write_files(self.folder, "films.example.org")
        self.clock, self.workers, self.events = HeapClock(5.0), HeldWorkers(), HeardEvents()
        self.paths = str(self.files.fullchain), str(self.files.privkey)
        first = given_credentials(*self.paths, datetime.now(UTC))
        assert first is not None
        self.first = first
        self.renewal = Renewal(self.clock, self.workers, self.events, self.paths, first)

    def renew(self) -> Credentials:
        """Have others lie there."""
        write_files(self.folder, "films.example.org")
        return Credentials(self.files.privkey.read_bytes(), self.files.fullchain.read_bytes())

    def visit(self) -> Credentials:
        """Somebody comes later, and then somebody else; what the second one is shown."""
        self.clock.advance(LATER_S)
        self.renewal()
        self.workers.flush()
        return self.renewal()

    def told(self, event: str) -> list[str]:
        """What people were told."""
        return [str(*fields.values()) for fields in self.events.named(event)]

    def test_renewed(self) -> None:
        """Who makes it look sees the old one yet, without a wait, and all after it the new one."""
        found = self.renew()
        self.clock.advance(LATER_S)
        self.assertIs(self.renewal(), self.first)
        self.workers.flush()
        self.assertEqual(self.renewal(), found)
        until = found.certificates[0].not_valid_after_utc
        self.assertEqual(self.told("certificate_renewed"), [f"{until:%Y-%m-%d}"])

    def test_how_often_it_looks(self) -> None:
        """Once in ten seconds at most, one look at a time, and never while nobody comes."""
        for wait_s, looks in ((0.0, 0), (LATER_S - 0.01, 0), (0.01, 1), (3 * LATER_S, 1)):
            self.clock.advance(wait_s)
            self.renewal()
            self.assertEqual(len(self.workers), looks, wait_s)
        self.workers.flush()
        self.assertIs(self.renewal(), self.first)
        self.assertEqual((len(self.workers), self.clock.getDelayedCalls()), (0, []))

    def test_F18_what_cannot_be_taken(self) -> None:
        """A bad one changes nothing, and is told once; the one that replaces it is taken."""
        self.files.fullchain.write_bytes(b"half of a")
        for _ in range(3):
            self.assertIs(self.visit(), self.first)
        self.assertEqual(len(self.told("certificate_kept")), 1)
        self.files.fullchain.unlink()
        self.assertIs(self.visit(), self.first)
        first, second = self.told("certificate_kept")
        self.assertEqual(first, f"there is no certificate in PEM in {self.files.fullchain}")
        self.assertEqual(second, f"cannot read {self.files.fullchain}: there is no such file or folder")
        found = self.renew()
        self.assertEqual(self.visit(), found)
        self.assertEqual(len(self.told("certificate_renewed")), 1)

    def test_as_before(self) -> None:
        """The same once more is nothing new: no connection is given another context for it."""
        self.files.fullchain.write_bytes(self.first.chain)
        self.assertIs(self.visit(), self.first)
        self.assertEqual(self.told("certificate_renewed"), [])

    def test_at_the_end(self) -> None:
        """Who comes when the threads are gone is shown what was read last, and nobody is told."""
        workers = ThreadWorkers(self.clock)
        self.successResultOf(workers.close())
        self.failureResultOf(workers.run(len, ""), SessionError)
        renewal = Renewal(self.clock, workers, self.events, self.paths, self.first)
        self.clock.advance(LATER_S)
        self.assertIs(renewal(), self.first)
        self.assertEqual(self.told("certificate_kept"), [])


class LayerTests(SynchronousTestCase):
    def test_another_is_shown(self) -> None:
        """Each connection is shown what there is when it begins."""
        one, other = (made_credentials(datetime.now(UTC)) for _ in range(2))
        shown = [one]
        layer = Layer(lambda: shown[0], ["p2ps/1"], HeapClock())
        for credentials in (one, other, one):
            shown[0] = credentials
            connection = layer.serverConnectionForTLS(StringTransport())
            certificate = connection.get_certificate()
            assert certificate is not None
            self.assertEqual(certificate.to_cryptography(), credentials.certificates[0])
