"""Subtitles of three kinds, as WebVTT."""

from __future__ import annotations

import contextlib
from dataclasses import replace
from time import perf_counter

from hypothesis import given
from hypothesis import strategies as st
from twisted.trial.unittest import SynchronousTestCase

from p2pstream.content.subtitles import parse_subtitles, to_webvtt
from p2pstream.content.subtitles.ass import ass_payload
from p2pstream.content.subtitles.cues import LONGEST_MS, Cue, time_ms
from p2pstream.content.subtitles.markup import payload
from p2pstream.content.subtitles.vtt import parse_vtt, webvtt
from p2pstream.errors import BadSubtitles
from p2pstream.limits import LIMITS

SRT = """1
00:00:01,000 --> 00:00:02,500
Good <i>evening</i>,
Mr. & Mrs. Smith

2
00:01:00,000 --> 00:01:01,000
{\\an8}<font color="red">At the top</font>
"""
ASS = """[Script Info]
Title: a film
[V4+ Styles]
Format: Name, Fontname
[Events]
Format: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text
Comment: 0,0:00:00.00,0:00:05.00,Default,,0,0,0,,not shown
Dialogue: 0,0:00:01.00,0:00:02.50,Default,,0,0,0,,Good {\\i1}evening{\\i0},\\NMr. & Mrs. Smith
Dialogue: 0,0:01:00.00,0:01:01.00,Default,,0,0,0,,{\\an8\\pos(1,2)}At the top{\\p1}m 0 0 l 1 1{\\p0}
"""
VTT = """WEBVTT - a film

STYLE
::cue { color: red }

NOTE nothing

first
00:01.000 --> 00:02.500
Good <i.loud>evening</i>,
Mr. &amp; Mrs. Smith

01:00.000 --> 01:01.000 line:0 evil:1 region:x
<v Anna>At the top
"""
WANTED = (
    b"WEBVTT\n\n00:00:01.000 --> 00:00:02.500\nGood <i>evening</i>,\nMr. &amp; Mrs. Smith\n\n"
    b"00:01:00.000 --> 00:01:01.000 line:0\nAt the top\n"
)


class KindTests(SynchronousTestCase):
    """The same subtitles, in each of the three kinds."""

    def test_srt(self) -> None:
        """SubRip, with the ends of lines of any system."""
        for end in ("\n", "\r\n", "\r"):
            self.assertEqual(to_webvtt(SRT.replace("\n", end).encode()), WANTED)

    def test_ass(self) -> None:
        """SubStation Alpha: what is drawn is not shown, nor are comments."""
        self.assertEqual(to_webvtt(ASS.encode()), WANTED)

    def test_vtt(self) -> None:
        """WebVTT: a class is dropped with its mark, settings that nobody knows are, too."""
        wanted = WANTED.replace(b"<i>evening</i>", b"evening")
        self.assertEqual(to_webvtt(VTT.encode()), wanted)

    def test_none(self) -> None:
        """What has no line with a time is refused in words."""
        for raw in (
            b"",
            b"WEBVTT\n\n",
            b"[Script Info]\n",
            b"\x00\x01film",
            b"1\n00:00:02,0 --> 00:00:01,0\nx\n",
        ):
            self.assertTrue(str(self.assertRaises(BadSubtitles, to_webvtt, raw)).isprintable())


class SrtTests(SynchronousTestCase):
    """What people make of SubRip."""

    def test_careless(self) -> None:
        """Numbers missing, empty lines inside, no empty line between, a point for the comma."""
        text = "00:00:01.0 --> 00:00:02,000\na\n\nb\n7\n0:0:3,5 --> 0:0:4,0 X1:0\nc\n"
        found = parse_subtitles(text.encode())
        self.assertEqual(found, [Cue(1000, 2000, "a\nb"), Cue(3500, 4000, "c")])

    def test_a_number_is_text(self) -> None:
        """A line of digits belongs to the text where no cue follows."""
        self.assertEqual(parse_subtitles(b"1\n00:00:01,0 --> 00:00:02,0\n1984\n")[0].text, "1984")

    def test_out_of_order(self) -> None:
        """Cues come out by their times."""
        raw = b"00:00:05,0 --> 00:00:06,0\nb\n\n00:00:01,0 --> 00:00:02,0\na\n"
        self.assertEqual([cue.text for cue in parse_subtitles(raw)], ["a", "b"])


class MarkupTests(SynchronousTestCase):
    """Nothing of a stranger's becomes a mark, but three of them."""

    def test_marks(self) -> None:
        """Closed in order, whatever the stranger did; others are dropped, what is none is text."""
        for text, wanted in (
            ("<b>a<i>b</b>c</i>", "<b>a<i>b</i></b><i>c</i>"),
            ("<i>a", "<i>a</i>"),
            ("</i>a", "a"),
            ("<script>alert(1)</script>", "alert(1)"),
            ("<img src=x onerror=y>z", "z"),
            ("1 < 2 > 0 <3 & --> x", "1 &lt; 2 &gt; 0 &lt;3 &amp; --&gt; x"),
            ("<I>a</ i>", "<i>a</i>"),
            ("a\x00\x1b[31mb\u2028c", "a  [31mb c"),
            ("<i> </i>", ""),
        ):
            self.assertEqual(payload(text, 100), wanted, text)

    def test_escaped(self) -> None:
        """An escape of WebVTT is what it stands for, and is written anew."""
        self.assertEqual(payload("&lt;script&gt;&#13;&#10;&amp;", 100, escaped=True), "&lt;script&gt;\n&amp;")

    def test_ass(self) -> None:
        """Breaks, hard blanks, and marks within marks."""
        self.assertEqual(ass_payload("a\\Nb\\hc{\\b1\\i1}d", 100), ("a\nb\u00a0c<b><i>d</i></b>", ""))

    @given(st.text())
    def test_any(self, text: str) -> None:
        """What comes out goes through again unchanged."""
        once = payload(text, 10_000)
        self.assertEqual(payload(once, 100_000, escaped=True), once)
        self.assertNotIn("\n\n", once)
        self.assertNotIn("-->", once)


class BoundTests(SynchronousTestCase):
    """Each at its bound and one past it."""

    def test_bytes(self) -> None:
        """A file as large as may be, and larger."""
        raw = b"00:00:01,0 --> 00:00:02,0\na\n"
        few = replace(LIMITS, subtitle_bytes=len(raw))
        self.assertEqual(len(parse_subtitles(raw, few)), 1)
        self.assertRaises(BadSubtitles, parse_subtitles, raw + b"\n", few)

    def test_cues(self) -> None:
        """Of each kind so many, and no more."""
        few = replace(LIMITS, subtitle_cues=2)
        srt = "00:00:01,0 --> 00:00:02,0\na\n\n"
        ass = "Dialogue: 0,0:00:01.00,0:00:02.50,D,,0,0,0,,a\n"
        for text in (srt * 3, "[Events]\n" + ass * 3, "WEBVTT\n\n" + srt * 3):
            self.assertEqual(len(parse_subtitles(text.encode(), few)), 2)
            self.assertEqual(len(parse_subtitles(text.encode())), 3)

    def test_length_of_a_cue(self) -> None:
        """What is beyond it is not shown."""
        few = replace(LIMITS, subtitle_cue_length=3)
        self.assertEqual(parse_subtitles(b"00:00:01,0 --> 00:00:02,0\nabcd\n", few)[0].text, "abc")

    def test_bytes_written(self) -> None:
        """The last cue that fits is the last."""
        cues = [Cue(0, 1, "a"), Cue(1, 2, "b")]
        whole = len(webvtt(cues))
        self.assertEqual(webvtt(cues, replace(LIMITS, subtitle_vtt_bytes=whole)).count(b"-->"), 2)
        self.assertEqual(webvtt(cues, replace(LIMITS, subtitle_vtt_bytes=whole - 1)).count(b"-->"), 1)

    def test_times(self) -> None:
        """A hundred hours are a time, more is none."""
        self.assertEqual(time_ms("100:00:00,000"), LONGEST_MS)
        self.assertIsNone(time_ms("100:00:00,001"))
        self.assertEqual(time_ms("1:02.5"), 62_500)
        for text in ("", "1", "1:2:3", "a:b:c.d", "-1:00.0", "1:1:1:1.0", "٣:٣.٣x"):
            self.assertIsNone(time_ms(text), text)

    def test_hostile(self) -> None:
        """Megabytes of what a parser could stumble over take no longer than reading them."""
        for part in (
            b"<",
            b"<i>",
            b"{\\",
            b"&#",
            b"-->",
            b"00:00:01,0 -->",
            b"{\\i1}",
            b"Dialogue: 0,",
            b"1:",
            b"\n",
        ):
            for head in (
                b"",
                b"[Events]\n",
                b"WEBVTT\n\n00:01.0 --> 00:02.0\n",
                b"00:00:01,0 --> 00:00:02,0\n",
            ):
                began = perf_counter()
                with contextlib.suppress(BadSubtitles):
                    to_webvtt(head + part * (100_000 // len(part)))
                self.assertLess(perf_counter() - began, 1.0, (head, part))

    def test_read_again(self) -> None:
        """What was written is read as it was."""
        cues = parse_subtitles(SRT.encode())
        self.assertEqual(parse_vtt(webvtt(cues).decode()), cues)
