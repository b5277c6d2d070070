"""The text that players read."""

from __future__ import annotations

import re
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st
from twisted.trial.unittest import SynchronousTestCase

import tests.strategies  # noqa: F401  the steady profile
from p2pstream.content.hls import MediaSegment, playlist
from p2pstream.limits import LIMITS

FIRST = MediaSegment(1, 1_800_000_007, 1_800_000_000, 0, 1000, 1_800_000_000_250, 2000)


def after(one: MediaSegment, **changed: int) -> MediaSegment:
    """The next one."""
    when = one.captured_ms + one.lasted_ms
    return replace(
        one, number=one.number + 1, start=one.stop, stop=one.stop + 900, captured_ms=when, **changed
    )


class PlaylistTests(SynchronousTestCase):
    """Line by line."""

    def test_live(self) -> None:
        """A window that slides."""
        second = after(FIRST, lasted_ms=1967)
        third = after(second, breaks=FIRST.breaks + 1)
        self.assertEqual(
            playlist([FIRST, second, third], False).decode(),
            "#EXTM3U\n"
            "#EXT-X-VERSION:3\n"
            "#EXT-X-TARGETDURATION:4\n"
            "#EXT-X-MEDIA-SEQUENCE:1800000007\n"
            "#EXT-X-DISCONTINUITY-SEQUENCE:1800000000\n"
            "#EXT-X-PROGRAM-DATE-TIME:2027-01-15T08:00:00.250Z\n"
            "#EXTINF:2.000,\n"
            "1-1800000007.ts\n"
            "#EXTINF:1.967,\n"
            "1-1800000008.ts\n"
            "#EXT-X-DISCONTINUITY\n"
            "#EXT-X-PROGRAM-DATE-TIME:2027-01-15T08:00:04.217Z\n"
            "#EXTINF:1.967,\n"
            "1-1800000009.ts\n",
        )

    def test_ended(self) -> None:
        """Nothing will follow."""
        lines = playlist([FIRST], True).decode().splitlines()
        self.assertEqual(lines[-1], "#EXT-X-ENDLIST")
        self.assertIn("#EXT-X-PLAYLIST-TYPE:VOD", lines)

    def test_nothing_yet(self) -> None:
        """It is one all the same: players ask again."""
        self.assertEqual(playlist([], False), b"#EXTM3U\n#EXT-X-VERSION:3\n#EXT-X-TARGETDURATION:4\n")

    @given(
        st.lists(st.integers(0, (1 << 32) - 1), min_size=1, max_size=30),
        st.integers(0, (1 << 63) - 1),
        st.booleans(),
    )
    def test_any(self, lengths: list[int], captured: int, ended: bool) -> None:
        """Whatever was signed: no segment rounds to more than the longest, and dates are dates."""
        segments = [replace(FIRST, captured_ms=captured, lasted_ms=lengths[0])]
        for each in lengths[1:]:
            segments.append(replace(after(segments[-1]), captured_ms=captured, lasted_ms=each))
        text = playlist(segments, ended).decode("ascii")
        longest = int(re.findall(r"#EXT-X-TARGETDURATION:(\d+)\n", text)[0])
        told = [float(each) for each in re.findall(r"#EXTINF:(\d+\.\d{3}),\n", text)]
        self.assertEqual(len(told), len(lengths))
        self.assertLessEqual(max(map(round, told)), longest)
        self.assertEqual(longest, round(LIMITS.live_segment_most_s))
        self.assertEqual(re.findall(r"\n(\d+-\d+\.ts)\n", text), [each.name for each in segments])
