"""Untrusted text is printed harmlessly, numbers readably."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from twisted.trial.unittest import SynchronousTestCase

import tests.strategies  # noqa: F401  the steady profile
from p2pstream.content.text import (
    count_text,
    duration_text,
    fault_text,
    printable,
    rate_text,
    size_text,
    span_text,
)


class PrintableTests(SynchronousTestCase):
    """What a stranger wrote cannot move a cursor, hide, or break a line."""

    def test_F57_escapes_are_shown(self) -> None:
        """Terminal escapes, bidi marks, line breaks and invisible characters are spelt out."""
        cases = {
            "film.mp4": "film.mp4",
            "Amélie 2001 – été.mkv": "Amélie 2001 – été.mkv",
            "\x1b]52;c;eA==\x07": "\\x1b]52;c;eA==\\x07",
            "gpj.\u202eexe": "gpj.\\u202eexe",
            "a\nb\rc\td": "a\\nb\\rc\\td",
            "\x9b31m": "\\x9b31m",
            "a\u200bb": "a\\u200bb",
            "back\\slash": "back\\\\slash",
            "\ud800": "\\ud800",
            "no\u00a0break\u3000wide": "no break wide",
            "\U000e0041": "\\U000e0041",
        }
        for untrusted, shown in cases.items():
            self.assertEqual(printable(untrusted), shown)

    def test_bytes(self) -> None:
        """Bytes that are no UTF-8 are shown as the bytes they are."""
        self.assertEqual(printable(b"a\xff\xc3\xa9\\"), "a\\xffé\\\\")

    def test_limit(self) -> None:
        """At the limit all is shown; one past it ends in an ellipsis."""
        self.assertEqual(printable("x" * 200), "x" * 200)
        self.assertEqual(printable("x" * 201), "x" * 199 + "…")
        self.assertEqual(printable("\n" * 3, limit=4), "\\n\\…")

    @given(st.one_of(st.text(), st.binary()), st.integers(2, 50))
    def test_F57_anything(self, untrusted: str | bytes, limit: int) -> None:
        """Whatever comes in, what comes out is short, encodable and has nothing hidden in it."""
        shown = printable(untrusted, limit)
        self.assertLessEqual(len(shown), limit)
        shown.encode("utf-8")
        self.assertTrue(shown.isprintable())


class FaultTests(SynchronousTestCase):
    """What was raised, in a line."""

    def test_kind_and_words(self) -> None:
        """Its kind comes first; nothing follows what says nothing."""
        self.assertEqual(fault_text(ValueError("a\nb")), "ValueError: a\\nb")
        self.assertEqual(fault_text(ValueError()), "ValueError")
        self.assertEqual(fault_text(ValueError("x" * 50), 20), "ValueError: xxxxxxx…")

    def test_cannot_say(self) -> None:
        """One that fails to say what it is does no more harm than others."""

        class Broken(Exception):
            def __str__(self) -> str:
                raise RuntimeError

        self.assertEqual(fault_text(Broken()), "Broken: it cannot say what")


class NumberTests(SynchronousTestCase):
    """Sizes and times as people write them."""

    def test_sizes(self) -> None:
        """Three digits and the unit that suits them."""
        cases = {
            0: "0 B",
            999: "999 B",
            1000: "1.0 kB",
            1_500_000: "1.5 MB",
            2e9: "2.0 GB",
            7.25e15: "7250.0 TB",
        }
        for count, shown in cases.items():
            self.assertEqual(size_text(count), shown)
        self.assertEqual(size_text(999_600), "1.0 MB")

    def test_rates(self) -> None:
        """Of bits, as those of networks are told."""
        shown = [rate_text(bits) for bits in (0, 999, 1000, 3_000_000, 12.5e9)]
        self.assertEqual(shown, ["0 bit/s", "999 bit/s", "1.0 kbit/s", "3.0 Mbit/s", "12.5 Gbit/s"])

    def test_durations(self) -> None:
        """Minutes and seconds, and hours where there are any."""
        cases = {0: "0:00", 7.9: "0:07", 754: "12:34", 3723: "1:02:03", -1: "0:00"}
        for seconds, shown in cases.items():
            self.assertEqual(duration_text(seconds), shown)

    def test_spans(self) -> None:
        """What took less than a minute is told to the hundredth, what took longer as a time."""
        for seconds, shown in {0.018: "0.02 s", 59.0: "59.00 s", 60: "1:00", 3723: "1:02:03"}.items():
            self.assertEqual(span_text(seconds), shown)

    def test_counts(self) -> None:
        """One is not several, and none has a word of its own."""
        cases = {0: "no peers", 1: "1 peer", 12: "12 peers"}
        for count, shown in cases.items():
            self.assertEqual(count_text(count, "peer"), shown)
