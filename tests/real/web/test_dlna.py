"""A television, played by this test, finds a real peer on the loopback interface, and what it shares."""

from __future__ import annotations

import re
import signal
import socket
from ipaddress import IPv4Interface
from urllib.request import Request, urlopen
from xml.etree import ElementTree

from twisted.trial.unittest import SkipTest, SynchronousTestCase

from p2pstream.protocols.ssdp.messages import GROUP, PORT
from p2pstream.roles.multicast import multicast_findings
from p2pstream.testing.bytes.patterns import pattern
from tests.protocols.ssdp.test_messages import headers, search
from tests.real.processes import ProcessesMixin, free_loopback
from tests.web.dlna.test_soap import asking

FILM = b"\0" + pattern(0, 299_999)
DIDL = "{urn:schemas-upnp-org:metadata-1-0/DIDL-Lite/}"


class DlnaTests(ProcessesMixin, SynchronousTestCase):
    def television(self) -> socket.socket:
        """A socket that searches on loopback."""
        here = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.addCleanup(here.close)
        here.bind(("127.0.0.1", 0))
        here.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF, socket.inet_aton("127.0.0.1"))
        here.settimeout(5.0)
        return here

    def group(self) -> socket.socket:
        """One that hears what all there are told."""
        here = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.addCleanup(here.close)
        here.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if hasattr(socket, "SO_REUSEPORT"):
            here.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        here.bind(("", PORT))
        try:
            where = socket.inet_aton(GROUP) + socket.inet_aton("127.0.0.1")
            here.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP, where)
        except OSError as fault:
            raise SkipTest(f"no multicast on loopback: {fault}") from None
        here.settimeout(5.0)
        return here

    def found(self, television: socket.socket, host: str) -> str:
        """Where the description of the peer at that address is; others may answer as well."""
        television.sendto(search(MX="1"), (GROUP, PORT))
        while True:
            location = headers(television.recv(2000)).get("LOCATION", "")
            if f"//{host}:" in location:
                return location

    def test_found_browsed_and_read(self) -> None:
        """It is found, tells of its film, sends a part of that, and says when it goes."""
        host, home, group = free_loopback(), self.folder(), self.group()
        (home / "share/Series").mkdir(parents=True)
        (home / "share/Series/one & two.mp4").write_bytes(FILM)
        peer = self.twistd("p2p-peer", "--dlna", "--no-pictures", "--ip", host, folder=home)
        peer.wait_for("televisions of your networks find what is shared")
        peer.wait_for("shares 1 file")
        location = self.found(self.television(), host)
        with urlopen(location, timeout=5) as answer:
            description = answer.read().decode()
        (uuid,) = re.findall("<UDN>(.*?)</UDN>", description)
        control = f"http://{host}:2050/dlna/ContentDirectory/control"
        asked = {"ContainerID": "0", "SearchCriteria": "*", "Filter": "*", "SortCriteria": ""}
        asked |= {"StartingIndex": "0", "RequestedCount": "0"}
        kind = {"Content-Type": "text/xml; charset=utf-8"}
        with urlopen(Request(control, asking("Search", **asked), kind), timeout=5) as answer:
            result = ElementTree.fromstring(answer.read()).findtext(".//Result") or ""
        address = ElementTree.fromstring(result).findtext(f"{DIDL}item/{DIDL}res") or ""
        wanted = {"Range": "bytes=200000-", "getcontentFeatures.dlna.org": "1"}
        with urlopen(Request(address, headers=wanted), timeout=5) as answer:
            self.assertEqual((answer.status, answer.read()), (206, FILM[200_000:]))
            self.assertIn("DLNA.ORG_OP=01", answer.headers["contentFeatures.dlna.org"])
        peer.signal(signal.SIGTERM)
        while headers(told := group.recv(2000)).get("NTS") != "ssdp:byebye" or uuid.encode() not in told:
            pass

    def test_doctor(self) -> None:
        """What is said to all is heard here."""
        self.group()
        (finding,) = multicast_findings([IPv4Interface("127.0.0.1/8")], 0.1)
        self.assertTrue(finding.good, finding.text)
        self.assertIn("multicast on 127.0.0.1 works", finding.text)
