"""What commands say: sentences, JSON, a bar."""

from __future__ import annotations

import errno
import io
import json
import os
import sys
from typing import Any

from twisted.trial.unittest import SynchronousTestCase

from p2pstream.commands.output.bar import Bar
from p2pstream.commands.output.output import JsonLines, Output, Sentences, StatusLine, choose
from p2pstream.errors import StorageError
from p2pstream.events import sentence
from p2pstream.settings import GetSettings
from p2pstream.testing.people.events import EventsContract

PROGRESS = {"received": 5_000_000, "length": None, "rate": 2_000_000, "waiting_for": "", "behind_s": None}
FINISHED = {
    "received": 9_000_000,
    "seconds": 3.0,
    "rate": 3_000_000,
    "sources": {"10.0.0.1:2050": 9_000_000},
    "verified": False,
    "sent": 0,
    "first_frame_s": None,
    "shown": None,
    "lost": None,
    "ended": None,
}


class Terminal(io.StringIO):
    """Text that says it is a terminal."""

    def isatty(self) -> bool:
        """It is."""
        return True


class Torn(io.StringIO):
    """A pipe whose reader has left."""

    def write(self, text: str) -> int:
        """Nobody reads it."""
        raise BrokenPipeError


class Full(io.StringIO):
    """A file on a disk that takes no more."""

    def write(self, text: str) -> int:
        """It is full."""
        raise OSError(errno.ENOSPC, "No space left on device")


class SentencesTests(EventsContract, SynchronousTestCase):
    """Lines for people who have no bar."""

    def setUp(self) -> None:
        """Start a clock."""
        self.now = 0.0
        self.stream = io.StringIO()
        self.sentences = Sentences(self.stream, lambda: self.now)

    def make_events(self) -> Sentences:
        """Those on the stream."""
        return self.sentences

    def test_worth_telling(self) -> None:
        """What people care about is a line; the rest is for programs."""
        self.sentences.happened("source_lost", address="a:1", received=7, reason="it was reset")
        self.sentences.happened("source_connected", address="a:1")
        self.assertEqual(self.stream.getvalue(), "lost a:1 after 7 B: it was reset\n")

    def test_troubles(self) -> None:
        """Whoever waits is told for what, and who lied."""
        self.sentences.happened("storage_refused", name="f", reason="disk full")
        self.sentences.happened("source_lied", address="a:1", reason="lied")
        said = ["cannot keep “f”, and will try again: disk full", "left a:1 for good: lied"]
        self.assertEqual(self.stream.getvalue().splitlines(), said)

    def test_the_same_again(self) -> None:
        """What is tried again and fails again is one line."""
        for address in ("a:1", "a:1", "b:1", "b:1"):
            self.sentences.happened("source_refused", address=address, reason="is full")
        self.assertEqual(self.stream.getvalue(), "a:1 is full\nb:1 is full\n")

    def test_asked_once_more(self) -> None:
        """Who is asked again, as one's own peer cannot do it, is told of once; whoever else is, too."""
        for central in ("c:1", "c:1", "d:1"):
            self.sentences.happened("lookup_started", name="f", central=central)
            self.sentences.happened("lookup_done", name="f", central=central, sources=["a:1"])
        said = [
            f"{line} “f”"
            for each in ("c:1", "d:1")
            for line in (f"asking {each} who has", f"{each} lists a:1 for")
        ]
        self.assertEqual(self.stream.getvalue().splitlines(), said)

    def test_progress_now_and_then(self) -> None:
        """A line every five seconds, however often it is told."""
        for _ in range(48):
            self.now += 0.25
            self.sentences.happened("progress", **PROGRESS)
        self.assertEqual(self.stream.getvalue(), "5.0 MB here, 2.0 MB/s\n" * 2)

    def test_progress_that_waits(self) -> None:
        """What is waited for stands behind it."""
        self.now = 5.0
        self.sentences.happened("progress", **PROGRESS | {"rate": 0, "waiting_for": "finding peers"})
        self.assertEqual(self.stream.getvalue(), "5.0 MB here, 0 B/s; finding peers\n")

    def test_end(self) -> None:
        """Size, rate, from whom, and that nothing was proven."""
        self.sentences.happened("finished", **FINISHED)
        self.assertEqual(
            self.stream.getvalue(),
            "9.0 MB in 3.00 s, 3.0 MB/s, from 10.0.0.1:2050; "
            "unverified, because this protocol proves nothing\n",
        )


class JsonTests(EventsContract, SynchronousTestCase):
    """Lines for programs."""

    def make_events(self) -> JsonLines:
        """Lines that nobody looks at."""
        return JsonLines(io.StringIO(), lambda: 1.5)

    def test_a_line(self) -> None:
        """Each is a line, with the time since the command began."""
        stream = io.StringIO()
        lines = JsonLines(stream, lambda: 1.5)
        lines.happened("finished", **FINISHED)
        found = json.loads(stream.getvalue())
        self.assertEqual(found, {"v": 1, "t": 1.5, "event": "finished"} | FINISHED)

    def test_reader_gone(self) -> None:
        """When nobody reads any more the command goes on with its work."""
        lines = JsonLines(Torn(), lambda: 0)
        lines.happened("progress", **PROGRESS)
        lines.happened("progress", **PROGRESS)


class StatusTests(EventsContract, SynchronousTestCase):
    """A line that is written over."""

    def make_events(self) -> StatusLine:
        """On a terminal in memory."""
        self.text = Terminal()
        return StatusLine(self.text)

    def test_over_and_over(self) -> None:
        """Progress stands in one line; what is said else stands above it, and is not cut off."""
        status, progress = self.make_events(), {"bitrate": 3_000_000, "viewers": 2, "rate": 9_100_000}
        for length in (1_000_000, 2_000_000):
            status.happened("live_progress", **progress, length=length)
        status.happened("live_publisher", address="127.0.0.1:9")
        shown = self.text.getvalue()
        self.assertEqual(shown.count("\r3.0 Mbit/s come in, 9.1 Mbit/s go out to 2 viewers;"), 2)
        self.assertTrue(shown.endswith("\r\x1b[K127.0.0.1:9 publishes\n"), shown)

    def test_where_it_is_no_terminal(self) -> None:
        """A line a minute."""
        text, now = io.StringIO(), [10.0]
        sentences = Sentences(text, lambda: now[0])
        for _ in range(121):
            now[0] += 1.0
            sentences.happened("live_progress", bitrate=1, viewers=1, rate=1, length=1)
        self.assertEqual(text.getvalue().count("\n"), 3)


class BarTests(EventsContract, SynchronousTestCase):
    """A bar on a terminal."""

    def make_events(self) -> Bar:
        """A bar that nobody looks at."""
        return Bar("film.mp4", Terminal())

    def drawn(self, name: str, *events: tuple[str, dict[str, Any]]) -> str:
        """What the terminal gets."""
        stream = Terminal()
        bar = Bar(name, stream)
        for event, fields in events:
            bar.happened(event, **fields)
        bar.happened("finished", **FINISHED)
        return stream.getvalue()

    def test_progress(self) -> None:
        """Name, bytes and rate are to be seen, with and without a known length."""
        drawn = self.drawn(
            "film.mp4", ("progress", PROGRESS), ("progress", PROGRESS | {"length": 10_000_000})
        )
        for part in ("film.mp4", "5.0", "2.0 MB/s", "10.0"):
            self.assertIn(part, drawn)

    def test_waits(self) -> None:
        """When nothing comes it is told what is waited for, in the place of a rate."""
        drawn = self.drawn("f", ("progress", PROGRESS | {"rate": 0, "waiting_for": "finding peers"}))
        self.assertIn("finding peers", drawn)

    def test_full_in_the_end(self) -> None:
        """When all is here the bar says so, though the length was never known before."""
        fetched = ("fetched", {"received": 9_000_000, "seconds": 3.0})
        drawn = self.drawn("film.mp4", ("progress", PROGRESS), fetched)
        self.assertIn("9.0/9.0 MB", drawn.replace("\x1b[0m", ""))

    def test_nothing_is_drawn_for_nothing(self) -> None:
        """Without progress there is no bar, only the last sentence."""
        fetched = ("fetched", {"received": 9_000_000, "seconds": 3.0})
        self.assertEqual(self.drawn("film.mp4", fetched), sentence("finished", FINISHED) + "\n")

    def test_sentences(self) -> None:
        """Sentences come through, wide ones unbroken, with nothing taken for markup."""
        lost = {"address": "a:1", "received": 7, "reason": "[red]" + "x" * 150}
        self.assertIn("[red]" + "x" * 150, self.drawn("f", ("progress", PROGRESS), ("source_lost", lost)))

    def test_hostile_name(self) -> None:
        """A name is drawn as text: no markup, no escapes."""
        drawn = self.drawn("[b]x[/b]:smile:\u202e", ("progress", PROGRESS))
        self.assertIn("[b]x[/b]:smile:\\u202e", drawn)


class OutputTests(EventsContract, SynchronousTestCase):
    """All listeners behind one `IEvents`."""

    def make_events(self) -> Output:
        """An output with a listener."""
        return Output([JsonLines(io.StringIO(), lambda: 0)], None)

    def test_full_disk(self) -> None:
        """A log that cannot be written stops nobody; a result that cannot is an error."""
        output = Output([Sentences(Full(), lambda: 0.0)], Full())
        output.happened("source_lost", address="a:1", received=7, reason="reset")
        fault = self.assertRaises(StorageError, output.result, "film.mp4")
        self.assertEqual(str(fault), "cannot write to stdout: disk full")

    def test_lines_on_a_full_disk(self) -> None:
        """Lines that were asked for and cannot be written are an error in the end, and stop nothing."""
        lines = JsonLines(Full(), lambda: 0.0)
        output = Output([lines, Sentences(Full(), lambda: 0.0)], None, lines)
        for _ in range(2):
            output.happened("source_lost", address="a:1", received=7, reason="reset")
        fault = self.assertRaises(StorageError, output.check)
        self.assertEqual(str(fault), "cannot write to stdout: disk full")

    def test_nothing_to_complain_of(self) -> None:
        """A log that could not be written is no error, nor is a reader who left."""
        torn = JsonLines(Torn(), lambda: 0.0)
        output = Output([Sentences(Full(), lambda: 0.0), torn], None, torn)
        output.happened("source_lost", address="a:1", received=7, reason="reset")
        output.check()

    def test_the_latest(self) -> None:
        """The fields of the latest event of each name are kept."""
        output = self.make_events()
        for received in (7, 8):
            output.happened("progress", **PROGRESS | {"received": received})
        self.assertEqual(output.latest["progress"]["received"], 8)


class ChoiceTests(SynchronousTestCase):
    """Who is told, and where."""

    def setUp(self) -> None:
        """Catch what is said."""
        self.stdout, self.stderr = io.StringIO(), io.StringIO()
        self.patch(sys, "stdout", self.stdout)
        self.patch(sys, "stderr", self.stderr)

    def told(self, results: bool = True, **settings: Any) -> tuple[str, str]:
        """What reaches stdout and stderr of a lost source and a result."""
        output = choose(GetSettings(**settings), "film", bar=True, results=results)
        output.happened("source_lost", address="a:1", received=7, reason="reset")
        output.result("film.mp4")
        return self.stdout.getvalue(), self.stderr.getvalue()

    def test_people(self) -> None:
        """Results on stdout, the rest on stderr."""
        self.assertEqual(self.told(), ("film.mp4\n", "lost a:1 after 7 B: reset\n"))

    def test_quiet(self) -> None:
        """Nothing at all."""
        self.assertEqual(self.told(quiet=True), ("", ""))

    def test_json(self) -> None:
        """JSON alone on stdout, quiet or not."""
        stdout, stderr = self.told(json=True, quiet=True)
        self.assertEqual(json.loads(stdout)["event"], "source_lost")
        self.assertEqual(stderr, "")

    def test_stdout_taken(self) -> None:
        """Where the film itself goes to stdout, nothing else does."""
        stdout, stderr = self.told(json=True, results=False)
        self.assertEqual(stdout, "")
        self.assertEqual(json.loads(stderr)["event"], "source_lost")

    def test_without_rich(self) -> None:
        """On a terminal without rich there are lines instead of a bar."""
        self.stderr = Terminal()
        self.patch(sys, "stderr", self.stderr)
        self.patch(
            sys, "modules", {k: v for k, v in sys.modules.items() if k != "p2pstream.commands.output.bar"}
        )
        sys.modules["p2pstream.commands.output.bar"] = None
        self.assertEqual(self.told()[1], "lost a:1 after 7 B: reset\n")

    def test_path_that_is_no_text(self) -> None:
        """A script gets the very bytes of a path, whatever the encoding of its output."""
        for encoding in ("utf-8", "ascii"):
            self.stdout = io.TextIOWrapper(io.BytesIO(), encoding)
            self.patch(sys, "stdout", self.stdout)
            choose(GetSettings(), "film", bar=False, results=True).result(os.fsdecode(b"a\xff\xc3\xa9"))
            self.stdout.flush()
            self.assertEqual(self.stdout.buffer.getvalue(), b"a\xff\xc3\xa9\n")

    def test_result_on_a_terminal(self) -> None:
        """A result that a person reads cannot move the cursor; a script gets it as it is."""
        for stream, shown in ((Terminal(), "a\\x1bb\n"), (io.StringIO(), "a\x1bb\n")):
            Output([], stream).result("a\x1bb")
            self.assertEqual(stream.getvalue(), shown)
