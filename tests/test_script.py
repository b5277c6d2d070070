"""What script/demo and script/test are made of."""

from __future__ import annotations

import struct
import zlib
from contextlib import redirect_stderr
from io import StringIO
from pathlib import Path
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from twisted.trial.unittest import SynchronousTestCase

from p2pstream.testing.film import perforations
from script import checks, showing, trials
from script.window import Picture
from tests import strategies

assert strategies

HIGH, LOW = b"\xf0\xf0\xf0\0", b"\x20\x20\x20\0"


def film_picture(number: int, width: int, height: int) -> Picture:
    """A window of this size that shows the demo's film at a frame."""
    window = bytearray(LOW * (width * height))
    left, top, across, down = showing.screen_of(Picture(width, height, b""))
    for bit, (x, y, wide, high) in enumerate(perforations(across, down)):
        if number >> (15 - bit) & 1:
            for row in range(top + y, top + y + high):
                start = 4 * (row * width + left + x)
                window[start : start + 4 * wide] = HIGH * wide
    return Picture(width, height, bytes(window))


def unfiltered(path: Path) -> tuple[int, int, bytes]:
    """The size and the colours of a PNG as `Picture.save` writes it."""
    content = path.read_bytes()
    width, height = struct.unpack(">II", content[16:24])
    body = content.index(b"IDAT")
    (length,) = struct.unpack(">I", content[body - 4 : body])
    rows = zlib.decompress(content[body + 4 : body + 4 + length])
    colours = bytearray()
    for at in range(0, len(rows), 1 + 3 * width):
        before = [0, 0, 0]
        for place, byte in enumerate(rows[at + 1 : at + 1 + 3 * width]):
            before[place % 3] = byte + before[place % 3] & 255
            colours.append(before[place % 3])
    return width, height, bytes(colours)


class CountTests(SynchronousTestCase):
    """The last line of script/test is the sum of what trial says."""

    def test_all_passed(self) -> None:
        """Skipped tests are neither passed nor failed; expected failures are as they should be."""
        self.assertEqual(trials.count("…\nPASSED (skips=2, expectedFailures=1, successes=40)\n"), (41, 0))

    def test_some_failed(self) -> None:
        """Failures, errors and unexpected successes all count."""
        self.assertEqual(
            trials.count("FAILED (failures=1, errors=2, unexpectedSuccesses=1, successes=3)"), (3, 4)
        )

    def test_a_trial_that_never_ended(self) -> None:
        """Without a last line nothing has passed."""
        self.assertEqual(trials.count("Traceback (most recent call last):"), (0, 0))

    def test_the_last_summary_counts(self) -> None:
        """A test may print what looks like a summary."""
        self.assertEqual(trials.count("PASSED (successes=9)\nPASSED (successes=1)"), (1, 0))

    def test_faults_are_repeated(self) -> None:
        """What failed is told again at the end, without what the tests printed before."""
        skipped = "====\n[SKIPPED]\nwhy\n\ntests.a.B.test_d\n"
        said = f"noise\n{skipped}====\n[FAIL]\nTraceback\n\ntests.a.B.test_c\n----\nRan 2 tests in 1s\n"
        self.assertEqual(
            trials.faults(f"{said}\nFAILED (failures=1)\n"), "[FAIL]\nTraceback\ntests.a.B.test_c\n"
        )
        self.assertEqual(trials.faults("…\n-----\nRan 1 tests in 1s\n\nPASSED (successes=1)\n"), "")

    def test_faults_of_a_trial_that_never_ended(self) -> None:
        """The end of what it said tells what it was doing."""
        self.assertEqual(trials.faults("x" * trials.LAST + "y"), "x" * (trials.LAST - 1) + "y")

    def test_every_test_is_in_one_part(self) -> None:
        """No test is forgotten, none runs twice, and what needs a display is apart."""
        names = (
            *("rules", "unit", "roles", "processes", "web", "swarms", "windows", "player", "hands"),
            *("troubles", "packaging"),
        )
        parts = [trials.modules(part) for part in names]
        named = [name for part in parts for name in part]
        self.assertEqual(len(named), len(set(named)))
        for path in trials.TESTS.rglob("test_*.py"):
            name = ".".join(path.relative_to(trials.TESTS.parent).with_suffix("").parts)
            within = [part for part in named if f"{name}.".startswith(f"{part}.")]
            self.assertEqual(len(within), 1, name)

    def test_no_part(self) -> None:
        """A line says which there are, and no trial begins."""
        for arguments in (("tests.test_script",), ()):
            with redirect_stderr(StringIO()) as said:
                self.assertEqual(trials.main(*arguments), 2)
            self.assertRegex(said.getvalue(), "^“.*” is no part; parts are .*rules, .*unit, .*\n$")
        for part in trials.PARTS:
            self.assertTrue(trials.modules(part), part)

    def test_what_runs_everywhere(self) -> None:
        """The unit tests, without a few that are there."""
        unit, everywhere = map(set, (trials.modules("unit"), trials.modules("everywhere")))
        self.assertTrue(all(name.startswith(trials.ONCE) for name in unit - everywhere))
        self.assertLess(everywhere, unit)
        self.assertLess(set(trials.modules("portable")), everywhere)

    def test_environments(self) -> None:
        """script/test runs what tox.ini lists; what runs by hand is not in the list."""
        self.assertIn("windows", checks.environments())
        self.assertNotIn("nightly", checks.environments())


class PictureTests(SynchronousTestCase):
    """demo.png is what the window showed."""

    @given(st.integers(1, 5), st.integers(1, 5), st.data())
    def test_saved_as_it_was(self, width: int, height: int, data: Any) -> None:
        """Every pixel comes back, as red, green and blue."""
        pixels = data.draw(st.binary(min_size=4 * width * height, max_size=4 * width * height))
        path = Path(self.mktemp())
        Picture(width, height, pixels).save(path)
        colours = b"".join(pixels[at : at + 3][::-1] for at in range(0, len(pixels), 4))
        self.assertEqual(unfiltered(path), (width, height, colours))


class ShowingTests(SynchronousTestCase):
    """The demo believes what it sees, not what it is told."""

    def seen(self, *numbers: int) -> showing.Seen:
        """What was seen when these frames were in the window."""
        return showing.Seen(pictures=len(numbers), numbers=list(numbers))

    def complaints(self, seen: showing.Seen, code: int = 0) -> list[str]:
        """What is wrong with a showing of the film made here."""
        return list(showing.complaints(code, [], seen, showing.SECONDS))

    @property
    def whole(self) -> list[int]:
        """A frame of every second."""
        return list(range(0, showing.SECONDS * showing.FPS, showing.FPS))

    def test_numbers_are_read_wherever_the_film_is(self) -> None:
        """A window of another shape has the film in its middle."""
        for width, height in ((960, 540), (1280, 720), (800, 600), (1000, 400)):
            seen = showing.Seen()
            showing.look(film_picture(321, width, height), seen, 0.0)
            self.assertEqual(seen.numbers, [321], (width, height))

    def test_all_is_well(self) -> None:
        """Every second of the film was seen, in order."""
        self.assertEqual(self.complaints(self.seen(*self.whole)), [])

    def test_a_missing_second(self) -> None:
        """A second of the film that nobody saw is named."""
        (said,) = self.complaints(self.seen(*[n for n in self.whole if n // showing.FPS != 7]))
        self.assertIn("[7]", said)

    def test_out_of_order(self) -> None:
        """Going back is not playing."""
        self.assertIn("out of order", self.complaints(self.seen(30, *self.whole))[0])

    def test_no_window(self) -> None:
        """A player that says all went well, and has no window, is not believed."""
        self.assertIn("no window of the player was seen", self.complaints(showing.Seen()))

    def test_the_player_failed(self) -> None:
        """Its exit code counts, whatever was seen."""
        self.assertIn("p2p-play ended with exit code 1", self.complaints(self.seen(*self.whole), code=1))

    def test_names_that_cannot_be_listed(self) -> None:
        """A name that the mapping file or the classic protocol cannot carry is replaced by a plain one."""
        for name in ('say "cheese".mp4', "ä" * 60 + ".mp4", ".hidden.mp4", "new\nline.mp4"):
            self.assertEqual(showing.listed_name(Path(name)), "film.mp4")
        self.assertEqual(showing.listed_name(Path("/home/me/My film.mkv")), "My film.mkv")
