"""Searches read, and what is told."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st
from twisted.trial.unittest import SynchronousTestCase

from p2pstream.content.dlna import CONTENT_DIRECTORY, DEVICE, SERVER
from p2pstream.limits import LIMITS
from p2pstream.protocols.ssdp.messages import Device, DeviceSearch, alive, answer, byebye, read_search
from tests import strategies  # noqa: F401  (loads the profile)

UUID = "12345678-9abc-8def-8123-456789abcdef"
DEVICE_HERE = Device(UUID, 2050, "/dlna/device.xml", 7)


def search(target: str = DEVICE, **more: str) -> bytes:
    """As control points send it."""
    headers = {"HOST": "239.255.255.250:1900", "MAN": '"ssdp:discover"', "MX": "2", "ST": target} | more
    lines = ["M-SEARCH * HTTP/1.1", *(f"{name}: {value}" for name, value in headers.items() if value), "", ""]
    return "\r\n".join(lines).encode()


def headers(raw: bytes) -> dict[str, str]:
    """Of a message, which ends as heads do."""
    assert raw.endswith(b"\r\n\r\n")
    _, *lines = raw.decode("ascii").removesuffix("\r\n\r\n").split("\r\n")
    return {name: value.strip() for name, _, value in (line.partition(":") for line in lines)}


class SearchTests(SynchronousTestCase):
    def test_read(self) -> None:
        """However its headers are written."""
        self.assertEqual(read_search(search()), DeviceSearch(DEVICE, 2))
        for raw in (
            b'M-SEARCH * HTTP/1.1\r\nmx:3\r\nst:ssdp:all\r\nman:"ssdp:discover"\r\n\r\n',
            b'M-SEARCH * HTTP/1.0\r\nSt: ssdp:all\r\nMx: 3 \r\nMan: "ssdp:discover"\r\nX: y\r\n',
        ):
            self.assertEqual(read_search(raw), DeviceSearch("ssdp:all", 3))

    def test_at_once(self) -> None:
        """One that is sent to us alone need not say how long it waits."""
        self.assertEqual(read_search(search(MX="")), DeviceSearch(DEVICE, 0))

    def test_others(self) -> None:
        """What is no search, or no whole one, is none."""
        for raw in (
            b"", b"\r\n\r\n", b"GET / HTTP/1.1\r\n\r\n", alive(DEVICE_HERE, DEVICE, "10.0.0.7"),
            answer(DEVICE_HERE, DEVICE, "10.0.0.7"), search(MAN=""), search(MAN="ssdp:discover"),
            search(ST=""), search(MX="soon"), search(MX="-1"), search(MX="123456"), search(ST="a b"),
            search(ST="ü"), search().replace(b"M-SEARCH *", b"M-SEARCH /"),
            search().replace(b"HTTP/1.1", b"HTTP/2"),
        ):  # fmt: skip
            self.assertIsNone(read_search(raw), raw)

    def test_F37_bounds(self) -> None:
        """As long as one may be, and a byte longer; as many headers, and one more."""
        raw = search(X="")
        self.assertIsNotNone(read_search(raw.ljust(LIMITS.ssdp_bytes, b" ")))
        self.assertIsNone(read_search(raw.ljust(LIMITS.ssdp_bytes + 1, b" ")))
        narrow = replace(LIMITS, ssdp_headers=4)
        self.assertIsNotNone(read_search(search(), narrow))
        self.assertIsNone(read_search(search(X="y"), narrow))

    @given(st.binary(max_size=400))
    def test_F37_anything(self, raw: bytes) -> None:
        """It is a search or none."""
        read_search(raw)
        read_search(search()[:60] + raw)


class DeviceTests(SynchronousTestCase):
    def test_targets(self) -> None:
        """By what it may be looked for, and as what it answers."""
        self.assertEqual(DEVICE_HERE.found_by(DeviceSearch("ssdp:all", 1)), DEVICE_HERE.targets)
        for target in DEVICE_HERE.targets:
            self.assertEqual(DEVICE_HERE.found_by(DeviceSearch(target, 1)), (target,))
        for target in ("uuid:another", "urn:schemas-upnp-org:device:MediaRenderer:1", DEVICE[:-1] + "2", ""):
            self.assertEqual(DEVICE_HERE.found_by(DeviceSearch(target, 1)), ())

    def test_names(self) -> None:
        """Its own target is its name; the others stand behind it."""
        self.assertEqual(DEVICE_HERE.name_of(f"uuid:{UUID}"), f"uuid:{UUID}")
        self.assertEqual(DEVICE_HERE.name_of(DEVICE), f"uuid:{UUID}::{DEVICE}")


class ToldTests(SynchronousTestCase):
    def test_answer(self) -> None:
        """What a search is answered with."""
        raw = answer(DEVICE_HERE, CONTENT_DIRECTORY, "10.0.0.7")
        self.assertTrue(raw.startswith(b"HTTP/1.1 200 OK\r\n"))
        self.assertEqual(
            headers(raw),
            {
                "CACHE-CONTROL": "max-age=1800",
                "EXT": "",
                "LOCATION": "http://10.0.0.7:2050/dlna/device.xml",
                "SERVER": SERVER,
                "ST": CONTENT_DIRECTORY,
                "USN": f"uuid:{UUID}::{CONTENT_DIRECTORY}",
                "BOOTID.UPNP.ORG": "7",
                "CONFIGID.UPNP.ORG": "1",
            },
        )

    def test_alive(self) -> None:
        """What all are told while it is there."""
        raw = alive(DEVICE_HERE, DEVICE, "10.0.0.7")
        self.assertTrue(raw.startswith(b"NOTIFY * HTTP/1.1\r\n"))
        said = headers(raw)
        self.assertEqual((said["NTS"], said["NT"]), ("ssdp:alive", DEVICE))
        self.assertEqual((said["HOST"], said["CACHE-CONTROL"]), ("239.255.255.250:1900", "max-age=1800"))
        self.assertEqual(said["LOCATION"], "http://10.0.0.7:2050/dlna/device.xml")

    def test_byebye(self) -> None:
        """What they are told when it goes has nothing that could still be believed."""
        said = headers(byebye(DEVICE_HERE, DEVICE))
        self.assertEqual((said["NTS"], said["USN"]), ("ssdp:byebye", f"uuid:{UUID}::{DEVICE}"))
        self.assertNotIn("LOCATION", said)

    def test_small(self) -> None:
        """Each is a quarter of a datagram: not much, should somebody get it who did not ask."""
        for target in DEVICE_HERE.targets:
            self.assertLess(len(answer(DEVICE_HERE, target, "192.168.100.100")), 400)
