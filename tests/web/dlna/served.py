"""A media server in memory, asked over HTTP."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from xml.etree import ElementTree

from twisted.internet.defer import Deferred, succeed

from p2pstream.content.dlna import CONTENT_DIRECTORY, EventNotice
from p2pstream.limits import LIMITS, Limits
from p2pstream.testing.library import MemoryLibrary
from p2pstream.web.dlna.description import DeviceFacts
from p2pstream.web.dlna.directory import MediaDirectory
from p2pstream.web.dlna.events import DlnaEvents
from p2pstream.web.dlna.resources import DlnaPlace
from tests.protocols.http.browser import Response, SiteCase
from tests.web.dlna.test_soap import asking

HERE = b"192.168.1.7:2050"
TV = "192.168.1.9"
FACTS = DeviceFacts("12345678-9abc-8def-8123-456789abcdef", "Films & <more>")
DIDL = "{urn:schemas-upnp-org:metadata-1-0/DIDL-Lite/}"


class DlnaCase(SiteCase):
    """A television at 192.168.1.9 asks a peer at 192.168.1.7."""

    paths: tuple[str, ...] = ("a.mp4", "b.mkv", "Series/one.webm", "Series/Deep/two.mp3")

    def setUp(self) -> None:
        """A library, and its media server."""
        super().setUp()
        self.serve_dlna()

    def serve_dlna(self, limits: Limits = LIMITS) -> None:
        """Another one instead."""
        self.library = MemoryLibrary(*self.paths)
        self.told: list[EventNotice] = []
        self.taken: Callable[[], Deferred[bool]] = lambda: succeed(True)
        self.pauses = 0
        self.events = DlnaEvents(self.library, self.tell, lambda most: b"s" * most, self.clock, limits)
        directory = MediaDirectory(self.library, FACTS.title, self.pause, limits)
        self.node.resources[b"dlna"] = DlnaPlace(FACTS, directory, self.events, limits)

    def tell(self, notice: EventNotice) -> Deferred[bool]:
        """Keep what somebody is told."""
        self.told.append(notice)
        return self.taken()

    async def pause(self) -> None:
        """Count how often others had their turn."""
        self.pauses += 1

    def send(self, method: str, path: str, body: bytes = b"", host: str = TV, **headers: str) -> Response:
        """What somebody there is answered."""
        head = {"Host": HERE.decode(), **{name.replace("_", "-"): value for name, value in headers.items()}}
        if body:
            head = {"Content-Type": 'text/xml; charset="utf-8"', "Content-Length": str(len(body))} | head
        lines = [f"{method} {path} HTTP/1.1", *(f"{name}: {value}" for name, value in head.items()), "", ""]
        browser = self.ask("\r\n".join(lines).encode() + body, hosts=(host, "192.168.1.7"))
        (response,) = browser.responses(method.encode())
        return response

    def control(self, name: str, service: str = CONTENT_DIRECTORY, **arguments: str) -> Response:
        """What an action is answered with."""
        place = service.split(":")[3]
        return self.send("POST", f"/dlna/{place}/control", asking(name, service, **arguments))

    def results(self, name: str, service: str = CONTENT_DIRECTORY, **arguments: str) -> dict[str, str]:
        """What comes of one that can be done."""
        response = self.control(name, service, **arguments)
        self.assertEqual(response.status, 200, response.body)
        (answer,) = ElementTree.fromstring(response.body)[0]
        self.assertEqual(answer.tag, f"{{{service}}}{name}Response")
        return {each.tag: each.text or "" for each in answer}

    def fault(self, name: str, service: str = CONTENT_DIRECTORY, **arguments: str) -> int:
        """The number with which one is refused that cannot."""
        response = self.control(name, service, **arguments)
        self.assertEqual(response.status, 500, response.body)
        said = ElementTree.fromstring(response.body)
        return int(said.findtext(".//{urn:schemas-upnp-org:control-1-0}errorCode") or 0)

    def browse(self, number: int | str = 0, **more: str) -> tuple[dict[str, str], list[Any]]:
        """What is in a folder, as it is told."""
        asked = {
            "BrowseFlag": "BrowseDirectChildren",
            "Filter": "*",
            "StartingIndex": "0",
            "RequestedCount": "0",
        }
        given = {"ObjectID": str(number), "SortCriteria": ""} | asked | more
        results = self.results("Browse", **given)
        return results, list(ElementTree.fromstring(results["Result"]))

    def search(self, criteria: str, **more: str) -> tuple[dict[str, str], list[Any]]:
        """What is found, from the root on."""
        given = {"ContainerID": "0", "Filter": "*", "StartingIndex": "0", "RequestedCount": "0"} | more
        written = criteria.replace("<", "&lt;")
        results = self.results("Search", SearchCriteria=written, SortCriteria=given.pop("Sort", ""), **given)
        return results, list(ElementTree.fromstring(results["Result"]))


def titles(entries: list[Any]) -> list[str]:
    """Of what is told."""
    return [entry.findtext("{http://purl.org/dc/elements/1.1/}title") for entry in entries]
