"""A broadcast over HTTP: its playlist, its segments, and the stream without end."""

from __future__ import annotations

import itertools
import re
from dataclasses import replace
from typing import Any

from p2pstream.content.keys import LiveKey
from p2pstream.data.live import LiveData, Slice
from p2pstream.limits import LIMITS
from p2pstream.testing.state.disks import MemoryDisk
from p2pstream.testing.workers import InlineWorkers
from p2pstream.web.live.places import live_path
from p2pstream.web.live.resources import Broadcasts
from tests.content.broadcasts import KEY
from tests.live.aired import NOW_S, Aired
from tests.protocols.http.browser import Browser, Response, SiteCase, request
from tests.web.test_events import _unchunked as unchunked

PLAYLIST = live_path(KEY.text).encode()
FOLDER = PLAYLIST.removesuffix(b"index.m3u8")
STREAM = FOLDER + b"stream.ts"


class BroadcastCase(SiteCase):
    """A peer that broadcasts."""

    limits: Any = LIMITS

    def setUp(self) -> None:
        """It has begun just now."""
        self.serve(self.limits, shared={})
        self.aired = Aired(MemoryDisk(), self.clock)
        self.addCleanup(self.aired.source.close)
        self.show(self.aired.data)

    def show(self, data: LiveData) -> None:
        """Serve that."""
        find = {KEY: data}.get
        self.node.resources[b"live"] = Broadcasts(find, self.clock, self.limits)

    def listed(self, **headers: bytes) -> list[str]:
        """What the playlist lists."""
        response = self.get(PLAYLIST, **headers)
        self.assertEqual(response.status, 200, response.body)
        return re.findall(r"^[^#\n]+$", response.body.decode("ascii"), re.MULTILINE)

    def segment(self, name: str, **headers: Any) -> Response:
        """One of them."""
        return self.get(FOLDER + name.encode(), **headers)

    def stream(self, sent: bytes = b"", **link: Any) -> Browser:
        """The stream without end, begun."""
        player = self.ask(sent or request(STREAM), **link)
        self.clock.advance(0.01)
        return player


class SegmentTests(BroadcastCase):
    """What players of playlists get."""

    def test_the_list(self) -> None:
        """It slides; pages of any site may read it, and caches keep it for a second."""
        self.aired.feed(9)
        response = self.get(PLAYLIST, origin=b"http://elsewhere.example")
        self.assertEqual(response.headers["content-type"], "application/vnd.apple.mpegurl")
        self.assertEqual(response.headers["access-control-allow-origin"], "*")
        self.assertEqual(response.headers["cache-control"], "public, max-age=1")
        self.assertEqual(self.listed(), [f"1-{NOW_S + each}.ts" for each in range(4)])
        self.aired.feed(2)
        self.assertEqual(len(self.listed()), 5)

    def test_segments(self) -> None:
        """Together they are what was fed in; each is the same for ever."""
        self.aired.feed(9)
        whole = b"".join(self.segment(name).body for name in self.listed())
        self.assertEqual(len(whole) % 188, 0)
        self.assertEqual(set(whole[::188]), {0x47})
        self.assertEqual(len(whole), 200 * 20 * 188)
        first = self.segment(self.listed()[0])
        self.assertEqual(first.headers["content-type"], "video/mp2t")
        self.assertEqual(first.headers["cache-control"], "public, max-age=31536000, immutable")
        self.assertEqual(first.headers["etag"], f'"1-{NOW_S}"')
        part = self.segment(self.listed()[0], range=b"bytes=188-375")
        self.assertEqual((part.status, part.body), (206, first.body[188:376]))
        self.assertEqual(self.segment(self.listed()[0], if_none_match=b"*").status, 304)

    def test_nothing_else(self) -> None:
        """Neither what is not begun, nor other broadcasts, nor anything above."""
        self.aired.feed(5)
        other = LiveKey(b"\x07" * 32).text.encode()
        for target in (
            FOLDER + b"1-7.ts", FOLDER + f"1-{NOW_S + 2}.ts".encode(), FOLDER + b"index.m3u", FOLDER,
            FOLDER[:-1], b"/live/", b"/live/x/index.m3u8", b"/live/" + other + b"/index.m3u8",
            FOLDER + b"%ff", FOLDER + b"..%2findex.m3u8", PLAYLIST + b"/x",
        ):  # fmt: skip
            self.assertEqual(self.get(target).status, 404, target)
        self.assertEqual(self.get(PLAYLIST, method=b"POST").status, 405)

    def test_the_first(self) -> None:
        """Whoever asks before there is one waits for it, and is told when there is none after a while."""
        early = self.ask(request(PLAYLIST))
        self.aired.feed(1)
        self.assertEqual(early.responses(), [])
        self.aired.feed(1.5)
        self.assertEqual([each.status for each in early.responses()], [200])
        self.show(LiveData(KEY, MemoryDisk(), InlineWorkers(), 600))
        late = self.ask(request(PLAYLIST))
        self.clock.advance(LIMITS.live_shown_s - 0.1)
        self.assertEqual(late.responses(), [])
        self.clock.advance(0.2)
        (response,) = late.responses()
        self.assertEqual((response.status, response.headers["retry-after"]), (503, "2"))

    def test_the_end(self) -> None:
        """Then all of it is listed, and nothing will follow."""
        self.aired.feed(5)
        self.aired.source.end()
        text = self.get(PLAYLIST).body.decode()
        self.assertTrue(text.endswith("#EXT-X-ENDLIST\n"))
        self.assertIn("#EXT-X-PLAYLIST-TYPE:VOD\n", text)
        sent = sum(len(self.segment(name).body) for name in self.listed())
        self.assertEqual(sent, self.aired.data.length)

    def test_what_was_given_up(self) -> None:
        """Is stuffed, and no cache keeps that; what is still to come is not listed."""
        self.aired.feed(7)
        theirs = LiveData(KEY, MemoryDisk(), InlineWorkers(), 600)
        for head in self.aired.heads():
            entry = self.aired.data.slice(head.epoch, head.first) if head.count else None
            if entry is None:
                continue
            theirs.add(Slice(head, entry.leaves))
            for leaf in range(head.first, head.stop):
                if leaf != 2:
                    theirs.put(1, leaf, self.aired.data.leaf(1, leaf) or b"")
        self.show(theirs)
        self.assertEqual(self.listed(), [f"1-{NOW_S + each}.ts" for each in (1, 2)])
        self.assertEqual(self.segment(f"1-{NOW_S}.ts").status, 404)
        theirs.skip(1, 2)
        self.assertEqual(len(self.listed()), 3)
        self.assertEqual(self.segment(f"1-{NOW_S}.ts").headers["cache-control"], "no-store")

    def test_F51_a_list_of_links(self) -> None:
        """What says that segments begin in it, and is a list that players would follow, is not served."""
        text = b"#EXTM3U\n#EXTINF:2,\nhttp://192.0.2.66/canary.ts\n".ljust(40_000, b"#")
        for second in range(6):
            self.aired.source.put(text, True, clock_s=float(second))
            self.clock.advance(0.2)
        (name,) = self.listed()[:1]
        self.assertEqual(self.segment(name).status, 415)
        (streamed,) = self.ask(request(STREAM)).responses()
        self.assertEqual(streamed.status, 415)


class StreamTests(BroadcastCase):
    """What players get that know no playlists."""

    limits = replace(LIMITS, live_behind_segments=3)

    def test_from_the_newest_on(self) -> None:
        """Whole packets from the last place to begin at, and what follows as it comes."""
        self.aired.feed(9)
        player = self.stream()
        head, _, body = player.raw.partition(b"\r\n\r\n")
        self.assertIn(b"Content-Type: video/mp2t", head)
        self.assertIn(b"Accept-Ranges: none", head)
        self.assertNotIn(b"Content-Length", head)
        begun = unchunked(body)
        self.assertEqual(begun[:4], b"\x47" + (200).to_bytes(3, "big"))
        self.aired.feed(4)
        more = unchunked(player.raw.partition(b"\r\n\r\n")[2])
        self.assertEqual(set(more[::188]), {0x47})
        self.assertGreater(len(more), len(begun) + 90 * 20 * 188)
        self.aired.source.end()
        self.clock.advance(0.1)
        self.assertTrue(player.raw.endswith(b"0\r\n\r\n"))

    def test_nothing_before_it_comes(self) -> None:
        """It waits for the first place to begin; where none comes, that is said."""
        player = self.stream()
        self.assertEqual(player.raw, b"")
        self.aired.feed(1)
        self.assertIn(b"200 OK", player.raw)
        self.show(LiveData(KEY, MemoryDisk(), InlineWorkers(), 600))
        player = self.stream()
        self.clock.advance(LIMITS.live_shown_s + 0.1)
        self.assertEqual([each.status for each in player.responses()], [503])

    def test_only_looked_at(self) -> None:
        """HEAD is answered without a byte of it."""
        self.aired.feed(3)
        player = self.stream(request(STREAM, method=b"HEAD"))
        self.assertTrue(player.raw.endswith(b"\r\n\r\n"))
        self.assertIn(b"200 OK", player.raw)

    def test_who_is_too_slow(self) -> None:
        """Little waits for him, and he is led to the newest."""
        self.aired.feed(3)
        player = self.stream(capacity=40_000)
        player.transport.pauseProducing()
        self.aired.feed(12)
        self.assertLess(len(player.raw), 200_000)
        player.transport.resumeProducing()
        for _ in range(50):
            self.clock.advance(0.02)
        got = unchunked(player.raw.partition(b"\r\n\r\n")[2])
        pictures = [int.from_bytes(got[at + 1 : at + 4], "big") for at in range(0, len(got) - 188, 188)]
        steps = [after - before for before, after in itertools.pairwise(pictures)]
        self.assertEqual(len([step for step in steps if step > 1]), 1)
        self.assertGreater(max(steps), 100)

    def test_who_leaves(self) -> None:
        """Nothing more is read for him."""
        self.aired.feed(3)
        player = self.stream()
        player.transport.abortConnection()
        self.clock.advance(0.1)
        self.assertEqual(self.aired.data.waited, [])
        self.aired.feed(1)
        self.aired.source.close()
        self.clock.advance(5)
        self.assert_clean()
