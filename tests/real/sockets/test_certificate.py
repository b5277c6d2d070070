"""Programs show the certificate that they are given, to whoever comes by TLS."""

from __future__ import annotations

import socket
import ssl

from twisted.trial.unittest import SynchronousTestCase

from tests.real.classic_client import within
from tests.real.processes import CLASSIC_PORTS, ProcessesMixin, free_loopback, script
from tests.real.visiting import listed
from tests.transport.secure.authority import write_files

#: How the machine is called, for which the certificate is.
NAME = "films.example.org"


class CertificateTests(ProcessesMixin, SynchronousTestCase):
    def setUp(self) -> None:
        """A certificate, and who trusts nobody but its root."""
        self.home, self.host = self.folder(), free_loopback()
        self.files = write_files(self.home, NAME)
        self.given = ("--certificate", "fullchain.pem", "--private-key", "privkey.pem")
        self.trusting = ssl.create_default_context(cafile=self.files.root)
        # Strictly, such certificates have extensions that nobody needs here.
        self.trusting.verify_flags &= ~ssl.VERIFY_X509_STRICT
        self.trusting.set_alpn_protocols(["h2", "http/1.1"])

    def connect(self, port: int) -> ssl.SSLSocket:
        """Come by TLS; an error unless the certificate is the one for this name that the root stands for."""
        line = socket.create_connection((self.host, port), 10)
        secure = self.trusting.wrap_socket(line, server_hostname=NAME)
        self.addCleanup(secure.close)
        return secure

    def page(self, port: int) -> str:
        """What is shown at https://NAME:PORT/."""
        secure = self.connect(port)
        secure.sendall(f"GET / HTTP/1.0\r\nHost: {NAME}:{port}\r\n\r\n".encode())
        return b"".join(iter(lambda: secure.recv(65_536), b"")).decode()

    def test_shown(self) -> None:
        """By central and peer alike; pages come by https, and links prove who is there as ever."""
        (self.home / "share").mkdir()
        (self.home / "share/sunset").write_bytes(b"frames")
        words = [
            script("p2p-share"),
            "--ip",
            self.host,
            "--hostname",
            NAME,
            *self.given,
            "--state=state",
            "share",
        ]
        self.start(words, self.home).wait_for("listed at")
        # Who asks and who shares prove their ids inside TLS; else nothing is listed, and nothing told.
        within(15.0, lambda: [each.name for each in listed(self.host)] == ["sunset"])
        own, _ = self.files.fullchain.read_text().split("-----BEGIN")[1:]
        for port in CLASSIC_PORTS:
            shown = self.connect(port).getpeercert(True)
            self.assertEqual(ssl.DER_cert_to_PEM_cert(shown or b""), f"-----BEGIN{own}")
            page = self.page(port)
            self.assertTrue(page.startswith("HTTP/1.0 200"), page[:200])
            self.assertIn("sunset", page)

    def test_F18_refused(self) -> None:
        """What cannot be shown ends any of them in one line."""
        self.files.privkey.chmod(0o644)
        for role in ("p2p-central", "p2p-peer", "p2p-share"):
            program = self.start([script(role), "--ip", self.host, "--state", role, *self.given], self.home)
            self.check_fault(program, f"{role}: everybody may read the key in privkey.pem", code=2)
