"""The media server, asked as televisions and others ask."""

from __future__ import annotations

from dataclasses import replace
from ipaddress import IPv4Network
from xml.etree import ElementTree

from twisted.internet.defer import Deferred

from p2pstream.content.dlna import CONNECTION_MANAGER, SERVICES
from p2pstream.content.side import Facts, FilmTrack, Side
from p2pstream.content.side.packfile import PICTURE, Piece
from p2pstream.limits import LIMITS
from p2pstream.web.dlna.description import ACTIONS
from tests.web.dlna.served import DIDL, FACTS, TV, DlnaCase, titles
from tests.web.dlna.test_soap import asking

UPNP = "{urn:schemas-upnp-org:metadata-1-0/upnp/}"
DEVICE = "{urn:schemas-upnp-org:device-1-0}"


class DescriptionTests(DlnaCase):
    def test_device(self) -> None:
        """What it is, and where all the rest is, which is there."""
        got = self.send("GET", "/dlna/device.xml")
        self.assertEqual((got.status, got.headers["content-type"]), (200, 'text/xml; charset="utf-8"'))
        device = ElementTree.fromstring(got.body).find(f"{DEVICE}device")
        assert device is not None
        self.assertEqual(device.findtext(f"{DEVICE}friendlyName"), FACTS.title)
        self.assertEqual(device.findtext(f"{DEVICE}UDN"), f"uuid:{FACTS.uuid}")
        self.assertEqual({each.text for each in device.iter(f"{DEVICE}serviceType")}, set(SERVICES))
        for each in device.iter(f"{DEVICE}SCPDURL"):
            self.assertEqual(self.send("GET", each.text or "").status, 200)
        for each in device.iter(f"{DEVICE}icon"):
            icon = self.send("GET", each.findtext(f"{DEVICE}url") or "")
            self.assertEqual((icon.headers["content-type"], icon.body[:4]), ("image/png", b"\x89PNG"))
            self.assertEqual(
                int.from_bytes(icon.body[16:20], "big"), int(each.findtext(f"{DEVICE}width") or 0)
            )

    def test_services(self) -> None:
        """Each argument of each action has a variable that is described."""
        space = "{urn:schemas-upnp-org:service-1-0}"
        for service in SERVICES:
            raw = self.send("GET", f"/dlna/{service.split(':')[3]}/description.xml").body
            said = ElementTree.fromstring(raw)
            actions = [each.findtext(f"{space}name") for each in said.iter(f"{space}action")]
            self.assertEqual(actions, list(ACTIONS[service]))
            variables = {each.findtext(f"{space}name") for each in said.iter(f"{space}stateVariable")}
            related = {each.text for each in said.iter(f"{space}relatedStateVariable")}
            self.assertEqual(related, variables)

    def test_answers_as_described(self) -> None:
        """Every action that a description has is answered with the results that it has, in their order."""
        given = {
            "ObjectID": "0", "BrowseFlag": "BrowseMetadata", "Filter": "*", "StartingIndex": "0",
            "RequestedCount": "0", "SortCriteria": "", "ContainerID": "0", "SearchCriteria": "*",
            "ConnectionID": "0",
        }  # fmt: skip
        for service in SERVICES:
            for name, parameters in ACTIONS[service].items():
                asked = {each: given[each] for each, way, _ in parameters if way == "in"}
                told = [each for each, way, _ in parameters if way == "out"]
                self.assertEqual(list(self.results(name, service, **asked)), told)


class BrowseTests(DlnaCase):
    def test_root(self) -> None:
        """Folders, then films; how many there are; which state of things that is."""
        results, entries = self.browse()
        self.assertEqual(titles(entries), ["Series", "a.mp4", "b.mkv"])
        self.assertEqual([each.tag for each in entries], [f"{DIDL}container", f"{DIDL}item", f"{DIDL}item"])
        self.assertEqual((results["NumberReturned"], results["TotalMatches"]), ("3", "3"))
        self.assertEqual(results["UpdateID"], str(self.library.changes))
        self.assertEqual(self.results("GetSystemUpdateID"), {"Id": str(self.library.changes)})

    def test_down(self) -> None:
        """By the id of a folder one sees what is in it; what it is itself tells what its parent told."""
        _, (folder, *_) = self.browse()
        _, entries = self.browse(folder.get("id"))
        self.assertEqual(titles(entries), ["Deep", "one.webm"])
        self.assertEqual({each.get("parentID") for each in entries}, {folder.get("id")})
        _, (itself,) = self.browse(folder.get("id"), BrowseFlag="BrowseMetadata")
        self.assertEqual(ElementTree.tostring(itself), ElementTree.tostring(folder))
        _, (root,) = self.browse(0, BrowseFlag="BrowseMetadata")
        self.assertEqual((root.get("parentID"), titles([root])), ("-1", [FACTS.title]))

    def test_parts(self) -> None:
        """As many as are wanted from there on, and no more than that; in the other order too."""
        for start, count, expected in (
            (0, 1, ["Series"]), (1, 1, ["a.mp4"]), (1, 5, ["a.mp4", "b.mkv"]), (3, 1, []),
            (2**32 - 1, 9, []),
        ):  # fmt: skip
            results, entries = self.browse(StartingIndex=str(start), RequestedCount=str(count))
            self.assertEqual(titles(entries), expected)
            self.assertEqual((results["NumberReturned"], results["TotalMatches"]), (str(len(expected)), "3"))
        _, entries = self.browse(SortCriteria="-dc:title")
        self.assertEqual(titles(entries), ["b.mkv", "a.mp4", "Series"])

    def test_bounded(self) -> None:
        """All at once are no more than so many; whoever wants the rest asks for it."""
        self.serve_dlna(replace(LIMITS, dlna_rows=2))
        for count in ("0", "3", "9999999999"):
            results, entries = self.browse(RequestedCount=count)
            self.assertEqual((len(entries), results["TotalMatches"]), (2, "3"))
        self.assertEqual(len(self.browse(RequestedCount="2")[1]), 2)

    def test_film(self) -> None:
        """Where it is had, how long it is, and all that is known beside."""
        tracks = (FilmTrack("audio", "aac"), FilmTrack("video", "h264", width=1920, height=1080))
        picture = Piece(PICTURE, "image/jpeg", 100)
        self.library.sides["a.mp4"] = Side(Facts(3_723_004, "mp4", tracks), (picture,))
        _, (_, film, other) = self.browse()
        resource = film.find(f"{DIDL}res")
        self.assertEqual(resource.text, "http://192.168.1.7:2050/share/a.mp4")
        said = {"size": "1000", "duration": "1:02:03.004", "resolution": "1920x1080"}
        self.assertEqual({name: resource.get(name) for name in said}, said)
        self.assertTrue(resource.get("protocolInfo").startswith("http-get:*:video/mp4:DLNA.ORG_OP=01;"))
        self.assertEqual(film.findtext(f"{UPNP}class"), "object.item.videoItem")
        art = film.findtext(f"{UPNP}albumArtURI")
        self.assertEqual(art, "http://192.168.1.7:2050/side/a.mp4/picture.jpg")
        self.assertEqual(other.find(f"{DIDL}res").get("duration"), None)
        self.assertIsNone(other.find(f"{UPNP}albumArtURI"))

    def test_subtitles(self) -> None:
        """Those beside a film, the film's own address first; none that few televisions read."""
        self.library.texts["a.mp4"] = ["a.ass", "a.de & fr.srt", "a.en.SRT"]
        _, (_, film, other) = self.browse()
        own, *texts = film.findall(f"{DIDL}res")
        self.assertTrue(own.text.endswith("/share/a.mp4"))
        here = ["http://192.168.1.7:2050/share/a.de%20%26%20fr.srt", "http://192.168.1.7:2050/share/a.en.SRT"]
        self.assertEqual([each.text for each in texts], here)
        self.assertEqual({each.get("protocolInfo") for each in texts}, {"http-get:*:text/srt:*"})
        for name in ("CaptionInfoEx", "CaptionInfo"):
            self.assertEqual(film.findtext(f"{{http://www.sec.co.kr/}}{name}"), here[0])
        self.assertEqual(len(other.findall(f"{DIDL}res")), 1)
        _, (_, film, _) = self.browse(Filter="dc:title")
        self.assertEqual(len(list(film)), 2)

    def test_filter(self) -> None:
        """Only what is wanted, but for what every entry must have."""
        self.library.sides["a.mp4"] = Side(Facts(1000, "mp4"), (Piece(PICTURE, "image/jpeg", 100),))
        for wanted, has in {
            "": (False, False, False), "dc:title": (False, False, False), "res": (True, True, False),
            "res@size": (True, True, False), "upnp:albumArtURI,dc:date": (False, False, True),
            "*": (True, True, True), "dc:date, res@protocolInfo": (True, False, False),
        }.items():  # fmt: skip
            _, (_, film, _) = self.browse(Filter=wanted)
            resource = film.find(f"{DIDL}res")
            sized = resource is not None and resource.get("size") is not None
            art = film.find(f"{UPNP}albumArtURI") is not None
            self.assertEqual((resource is not None, sized, art), has, wanted)
            self.assertEqual(titles([film]), ["a.mp4"])

    def test_F53_names(self) -> None:
        """However a film is called, the document stays one, and the address is its own."""
        for name in ("<b>&\"'.mp4", "]]>.mp4", "Größe 💥 %2f;a=b#c?d.mkv", "&amp;#x41;.webm"):
            self.library.put(name)
            _, entries = self.browse()
            self.assertIn(name, titles(entries))
            self.library.drop(name)
        self.library.put("a&b c.mp4")
        addresses = [each.text for entry in self.browse()[1] for each in entry.iter(f"{DIDL}res")]
        self.assertIn("http://192.168.1.7:2050/share/a%26b%20c.mp4", addresses)

    def test_faults(self) -> None:
        """By their numbers."""
        asked = {"Filter": "*", "StartingIndex": "0", "RequestedCount": "0", "SortCriteria": ""}
        down = {"BrowseFlag": "BrowseDirectChildren"}
        _, (_, film, _) = self.browse()
        for code, given in (
            (701, {"ObjectID": "999"} | down), (701, {"ObjectID": "-1"} | down),
            (701, {"ObjectID": ""} | down),
            (701, {"ObjectID": "0 or 1"} | down), (710, {"ObjectID": film.get("id")} | down), (402, down),
            (402, {"ObjectID": "0", "BrowseFlag": "Everything"}),
            (402, {"ObjectID": "0", "StartingIndex": "-1"} | down),
            (709, {"ObjectID": "0", "SortCriteria": "dc:title"} | down),
        ):  # fmt: skip
            self.assertEqual(self.fault("Browse", **(asked | given)), code, given)
        self.assertEqual(self.fault("DestroyObject", ObjectID="0"), 401)
        self.assertEqual(self.fault("GetCurrentConnectionInfo", CONNECTION_MANAGER, ConnectionID="1"), 706)
        crossed = self.send("POST", "/dlna/ConnectionManager/control", asking("GetSystemUpdateID"))
        self.assertIn(b"<errorCode>401<", crossed.body)


class SearchTests(DlnaCase):
    def test_found(self) -> None:
        """Wherever it lies; of all that is found as many as are wanted."""
        _, entries = self.search('upnp:class derivedfrom "object.item.videoItem"')
        self.assertEqual(titles(entries), ["one.webm", "a.mp4", "b.mkv"])
        part = {"StartingIndex": "1", "RequestedCount": "2"}
        results, entries = self.search('upnp:class derivedfrom "object.item"', **part)
        self.assertEqual((titles(entries), results["TotalMatches"]), (["one.webm", "a.mp4"], "4"))
        self.assertEqual(titles(self.search('dc:title contains "TWO"')[1]), ["two.mp3"])
        self.assertEqual(titles(self.search("*", Sort="-dc:title")[1])[:2], ["b.mkv", "a.mp4"])
        self.assertEqual(titles(self.search('res@size < "1000"')[1]), [])

    def test_below(self) -> None:
        """Only in the folder that is meant."""
        _, (folder, film, _) = self.browse()
        _, found = self.search("*", ContainerID=folder.get("id"))
        self.assertEqual(titles(found), ["Deep", "two.mp3", "one.webm"])
        asked = {"SearchCriteria": "*", "Filter": "", "SortCriteria": ""}
        asked |= {"StartingIndex": "0", "RequestedCount": "0"}
        for number in (film.get("id"), "999"):
            self.assertEqual(self.fault("Search", ContainerID=number, **asked), 710)
        self.assertEqual(self.fault("Search", ContainerID="0", **(asked | {"SearchCriteria": "x"})), 708)

    def test_takes_turns(self) -> None:
        """Others have theirs while it goes through many entries."""
        self.serve_dlna(replace(LIMITS, dlna_steps=2))
        self.search("*")
        self.assertEqual(self.pauses, 3)


class EventTests(DlnaCase):
    path = "/dlna/ContentDirectory/events"

    def subscribe(self, **more: str) -> str:
        """What a new subscription is called."""
        headers = {"CALLBACK": f"<http://{TV}:5000/x>", "NT": "upnp:event", "TIMEOUT": "Second-300"} | more
        got = self.send("SUBSCRIBE", self.path, **headers)
        self.assertEqual((got.status, got.headers["timeout"]), (200, "Second-300"))
        return got.headers["sid"]

    def test_told(self) -> None:
        """How things are, behind the answer; then that they changed."""
        sid = self.subscribe()
        self.assertEqual(self.told, [])
        self.clock.advance(1.0)
        (first,) = self.told
        self.assertEqual(
            (first.host, first.port, first.path, first.sid, first.number), (TV, 5000, "/x", sid, 0)
        )
        self.assertIn(f"<SystemUpdateID>{self.library.changes}<".encode(), first.body)
        self.library.put("new.mp4")
        self.library.put("newer.mp4")
        self.clock.advance(LIMITS.dlna_event_gap_s)
        self.assertEqual([each.number for each in self.told], [0, 1])
        self.assertIn(f"<SystemUpdateID>{self.library.changes}<".encode(), self.told[1].body)

    def test_renewed_and_cancelled(self) -> None:
        """By its name; then it is over."""
        sid = self.subscribe()
        got = self.send("SUBSCRIBE", self.path, SID=sid, TIMEOUT="Second-600")
        self.assertEqual((got.status, got.headers["sid"], got.headers["timeout"]), (200, sid, "Second-600"))
        self.assertEqual(self.send("UNSUBSCRIBE", self.path, SID=sid).status, 200)
        self.assertEqual(self.send("UNSUBSCRIBE", self.path, SID=sid).status, 412)
        self.clock.advance(60.0)
        self.assertEqual(self.told, [])
        self.assert_clean()

    def test_refused(self) -> None:
        """What says neither where nor which, or both; and somebody else's address."""
        here = f"<http://{TV}:5000/>"
        for headers in (
            {}, {"NT": "upnp:event"}, {"CALLBACK": here}, {"CALLBACK": here, "NT": "other"},
            {"SID": "uuid:1", "CALLBACK": here, "NT": "upnp:event"}, {"SID": "uuid:1"},
            {"CALLBACK": "<http://192.168.1.1:5000/>", "NT": "upnp:event"},
        ):  # fmt: skip
            self.assertEqual(self.send("SUBSCRIBE", self.path, **headers).status, 412, headers)
        self.assertEqual(len(self.events.subscriptions), 0)

    def test_other_methods(self) -> None:
        """Each place has its own."""
        self.assertEqual(self.send("GET", self.path).status, 405)
        self.assertEqual(self.send("GET", self.path).headers["allow"], "SUBSCRIBE, UNSUBSCRIBE")
        self.assertEqual(self.send("SUBSCRIBE", "/dlna/device.xml").status, 405)
        self.assertEqual(self.send("SUBSCRIBE", "/share/film.mp4").status, 405)

    def test_closed(self) -> None:
        """Nobody is told any more, and what is being told is broken off."""
        gone: list[bool] = []
        self.taken = lambda: Deferred(lambda _: gone.append(True))
        self.subscribe()
        self.clock.advance(1.0)
        self.events.close()
        self.assertEqual(gone, [True])
        self.library.put("new.mp4")
        self.clock.advance(LIMITS.http_rest_s)
        self.assertEqual((len(self.told), self.clock.getDelayedCalls()), (1, []))

    def test_a_bug(self) -> None:
        """It is in the log, and costs the others nothing."""
        broken: Deferred[bool] = Deferred()
        self.taken = lambda: broken
        self.subscribe()
        self.clock.advance(1.0)
        broken.errback(RuntimeError("a bug"))
        self.assertEqual(len(self.flushLoggedErrors(RuntimeError)), 1)


class FenceTests(DlnaCase):
    """Who may ask: this machine, and the networks that it is on."""

    def setUp(self) -> None:
        """One network."""
        super().setUp()
        self.node.subnets = lambda: [IPv4Network("192.168.1.0/24")]

    def statuses(self, host: str = TV, **headers: str) -> set[int]:
        """Of all kinds of questions."""
        action = asking("GetSystemUpdateID")
        return {
            self.send("GET", "/dlna/device.xml", host=host, **headers).status,
            self.send("POST", "/dlna/ContentDirectory/control", action, host=host, **headers).status,
        }

    def test_near(self) -> None:
        """They may, by the address."""
        self.assertEqual(self.statuses(), {200})
        self.assertEqual(self.statuses("127.0.0.1"), {200})

    def test_F45_far(self) -> None:
        """Nobody else, however private the address seems."""
        for host in ("8.8.8.8", "192.168.2.9", "10.0.0.1"):
            self.assertEqual(self.statuses(host), {403}, host)
            there = {"NT": "upnp:event", "CALLBACK": f"<http://{host}:5000/>"}
            far = self.send("SUBSCRIBE", "/dlna/ContentDirectory/events", host=host, **there)
            self.assertEqual(far.status, 403)
        self.assertIn(b"networks that it is on", self.send("GET", "/dlna/device.xml", host="8.8.8.8").body)

    def test_F52_pages(self) -> None:
        """No page of any site, whatever its browser is on; nor by a name that is not ours."""
        for headers in (
            {"Origin": "http://evil.example"}, {"Origin": "null"}, {"Sec-Fetch-Site": "cross-site"},
            {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document"},
            {"X-Forwarded-For": "192.0.2.1"},
        ):  # fmt: skip
            self.assertEqual(self.statuses(**headers), {403}, headers)
        self.assertEqual(self.statuses(Host="evil.example"), {421})
        self.assertEqual(self.send("OPTIONS", "/dlna/ContentDirectory/control").status, 405)

    def test_F52_bodies(self) -> None:
        """Only XML is read, only where it is asked for, and only of those who are near."""
        action = asking("GetSystemUpdateID")
        for kind in ("text/plain", "application/x-www-form-urlencoded", "application/json", ""):
            got = self.send("POST", "/dlna/ContentDirectory/control", action, Content_Type=kind)
            self.assertEqual(got.status, 415, kind)
        self.assertEqual(self.send("POST", "/share/film.mp4", action).status, 405)
        self.assertEqual(self.send("POST", "/dlna/device.xml", action).status, 405)
        most = {"Content_Length": str(LIMITS.http_body_bytes + 1)}
        self.assertEqual(self.send("POST", "/dlna/ContentDirectory/control", action, **most).status, 413)
        self.assertEqual(self.fault("Browse", X="x" * LIMITS.dlna_action_bytes), 402)

    def test_elsewhere(self) -> None:
        """There is nothing else below, and nothing without it."""
        self.assertEqual(self.send("GET", "/dlna").status, 404)
        self.assertEqual(self.send("GET", "/dlna/other.xml").status, 404)
        del self.node.resources[b"dlna"]
        self.assertEqual(self.send("GET", "/dlna/device.xml").status, 404)
