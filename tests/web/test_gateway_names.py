"""Names of streams in the addresses of a gateway."""

from __future__ import annotations

from urllib.parse import quote

from p2pstream.content.namespaces import own_name
from p2pstream.content.signing import Identity
from tests.web.test_gateway import GatewayCase


class NameTests(GatewayCase):
    def test_in_a_namespace(self) -> None:
        """A name in a publisher's own is one like others, its slash encoded or not, and kept without that."""
        name = own_name(Identity(b"p" * 32).id, "a film.mkv")
        for written in (quote(name, safe=""), quote(name)):
            got = self.get(f"/stream/10.0.0.9/{written}".encode(), Range=b"bytes=0-9")
            self.assertEqual((got.status, got.body), (206, self.film.content[:10]))
            self.assertEqual(got.headers["content-disposition"], 'inline; filename="a film.mkv"')
            self.assertEqual(self.central.named[-1], name)
        taken = self.get(f"/stream/10.0.0.9/{quote(name, safe='')}/b.webm".encode(), Range=b"bytes=0-9")
        self.assertEqual(taken.headers["content-type"], "video/webm")
        for bad in (name.replace("a film", "../a"), "~a" + name, f"{name}/x"):
            written = quote(bad, safe="")
            self.assertEqual(self.get(f"/stream/10.0.0.9/{written}".encode()).status, 404)
