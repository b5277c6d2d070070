"""Events: one documented list, safe to read for people and programs."""

from __future__ import annotations

import ast
import json
from collections.abc import Iterator
from string import Formatter

from hypothesis import given
from hypothesis import strategies as st
from twisted.trial.unittest import SynchronousTestCase

from p2pstream.events import EVENTS, json_line, sentence
from p2pstream.testing.people.events import samples
from tests import strategies  # noqa: F401  (loads the profile)
from tests.sources import modules, nodes


def told() -> Iterator[tuple[str, str, set[str]]]:
    """Every ``….happened("event", field=…)`` in the program: where, event, fields."""
    for path in modules():
        for node in nodes(path):
            if not isinstance(node, ast.Call) or not node.args:
                continue
            if getattr(node.func, "attr", "") == "happened" and isinstance(node.args[0], ast.Constant):
                # What stands between an event and its listeners may take fields by place.
                by_place = {"**"} if len(node.args) > 1 else set()
                fields = {keyword.arg or "**" for keyword in node.keywords} | by_place
                yield f"{path}:{node.lineno}", str(node.args[0].value), fields


class ListTests(SynchronousTestCase):
    """The list and the program say the same."""

    def test_everything_told_is_listed(self) -> None:
        """Whatever the code tells is in the list, with exactly the fields listed there."""
        for place, event, fields in told():
            self.assertIn(event, EVENTS, place)
            if "**" not in fields:
                self.assertEqual(fields, set(EVENTS[event].fields), place)

    def test_everything_listed_is_told(self) -> None:
        """Nothing is promised that never comes."""
        self.assertEqual(set(EVENTS) - {event for _, event, _ in told()}, set())

    def test_sentences_use_their_fields(self) -> None:
        """A sentence names nothing but the fields of its event."""
        for name, event in EVENTS.items():
            used = {field for _, field, _, _ in Formatter().parse(event.sentence) if field is not None}
            self.assertLessEqual(used, set(event.fields), name)
            self.assertNotIn("v", event.fields, name)
            self.assertNotIn("t", event.fields, name)


class SentenceTests(SynchronousTestCase):
    """What people read."""

    def test_plain(self) -> None:
        """Sizes and names read as people write them."""
        fields = {"address": "10.0.0.1:2050", "received": 1_500_000, "reason": "reset"}
        self.assertEqual(sentence("source_lost", fields), "lost 10.0.0.1:2050 after 1.5 MB: reset")

    def test_numbers(self) -> None:
        """One peer is no peers, and a transfer of a moment did not take 0:00."""
        told = {"name": "x", "address": "a:1", "sources": 1}
        self.assertEqual(sentence("lookup_answered", told), "told a:1 of 1 peer with “x”")
        sent = {"name": "x", "address": "a:1", "sent": 2000, "seconds": 0.021}
        self.assertEqual(sentence("transfer_ended", sent), "sent “x” to a:1: 2.0 kB in 0.02 s")

    def test_lists(self) -> None:
        """A list is read out; an empty one is nobody."""
        fields = {"name": "x", "central": "c", "sources": ["a:1", "b:2"]}
        self.assertEqual(sentence("lookup_done", fields), "c lists a:1, b:2 for “x”")
        self.assertEqual(sentence("lookup_done", fields | {"sources": []}), "c lists nobody for “x”")

    def test_called(self) -> None:
        """What was asked for is said, if anything was."""
        for words, said in (
            ("a day", "nothing called “a day” is listed at c"),
            ("", "nothing is listed at c"),
        ):
            self.assertEqual(sentence("nothing_listed", {"central": "c", "words": words}), said)

    def test_account(self) -> None:
        """Who sent it and how fast, or that nobody had to."""
        told = {"received": 3_000_000, "seconds": 2.0, "rate": 1_500_000, "verified": True}
        for sources, rate, sent, said in (
            ({"a:1": 2, "b:2": 1}, 1_500_000, 0, "3.0 MB in 2.00 s, 1.5 MB/s, from a:1, b:2; verified"),
            ({}, 0, 70_000, "3.0 MB in 2.00 s, from what was here already; verified; sent 70.0 kB to others"),
        ):
            fields = told | {"sources": sources, "rate": rate, "sent": sent}
            self.assertEqual(sentence("finished", fields), said)

    def test_hostile_text(self) -> None:
        """No field of any event can move the cursor, break the line or turn the writing around."""
        for name, fields in samples():
            self.assertTrue(sentence(name, fields).isprintable(), name)

    def test_reason_is_not_escaped_twice(self) -> None:
        """An error's text, printable already, stays as it is."""
        self.assertEqual(sentence("failed", {"message": "no \\x1b here"}), "no \\x1b here")


class JsonTests(SynchronousTestCase):
    """What programs read."""

    def test_line(self) -> None:
        """Version, time and event come first, then the fields."""
        line = json_line("source_connected", {"address": "a:1"}, 0.21449)
        self.assertEqual(line, '{"v": 1, "t": 0.214, "event": "source_connected", "address": "a:1"}')

    @given(st.text())
    def test_any_text(self, name: str) -> None:
        """Any name survives, on one line of printable ASCII."""
        line = json_line("name_unknown", {"name": name, "address": "a"}, 0)
        self.assertTrue(line.isascii() and line.isprintable())
        self.assertEqual(json.loads(line)["name"], name)
