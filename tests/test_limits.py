"""The one table of bounds: complete, explained, and none that bounds nothing."""

from __future__ import annotations

import ast
from dataclasses import fields, replace
from pathlib import Path

from twisted.trial.unittest import SynchronousTestCase

from p2pstream.limits import LIMITS, Limits
from tests.sources import PACKAGE, TESTS, modules, nodes


def read_somewhere() -> set[str]:
    """Every attribute that the program reads of a thing called limits."""
    names: set[str] = set()
    for path in modules():
        if "testing" in path.parts:
            continue
        for node in nodes(path):
            if isinstance(node, ast.Attribute) and ast.unparse(node.value).lower().endswith("limits"):
                names.add(node.attr)
    return names


def named_in_tests() -> set[str]:
    """Every word of the tests, and of what they are made of, that may be a bound's name."""
    names: set[str] = set()
    for path in (*modules(TESTS), *modules(PACKAGE / "testing")):
        if path == Path(__file__):
            continue
        for node in nodes(path):
            if isinstance(node, ast.Attribute):
                names.add(node.attr)
            elif isinstance(node, ast.keyword) and node.arg:
                names.add(node.arg)
            elif isinstance(node, ast.Constant) and isinstance(node.value, str):
                names.add(node.value)
    return names


class TableTests(SynchronousTestCase):
    """Every row is one bound."""

    def test_every_bound_is_used(self) -> None:
        """A row that nobody reads bounds nothing, and a bound that has no row does not exist."""
        self.assertEqual({row.name for row in fields(Limits)}, read_somewhere())

    def test_every_bound_is_tested(self) -> None:
        """Some test names it, and stands at it and one past it."""
        self.assertEqual({row.name for row in fields(Limits)} - named_in_tests(), set())

    def test_every_bound_is_explained(self) -> None:
        """A unit and a reason stand beside each, and the defaults are positive."""
        for row in fields(Limits):
            self.assertTrue(row.metadata["unit"] and row.metadata["reason"], row.name)
            self.assertGreater(getattr(LIMITS, row.name), 0, row.name)

    def test_one_place_each(self) -> None:
        """Of two parts with a row of one name the later would rule, unseen, where the other is meant."""
        named = [name for part in Limits.__mro__[1:-1] for name in vars(part)["__annotations__"]]
        self.assertEqual(sorted(named), sorted(set(named)))

    def test_parts_are_no_values(self) -> None:
        """Of two tables that differ elsewhere a part that could be compared would say that they are one."""
        for part in Limits.__mro__[1:-1]:
            self.assertEqual({"__eq__", "__hash__", "__init__", "__repr__"} & vars(part).keys(), set(), part)
        self.assertNotEqual(LIMITS, replace(LIMITS, name_bytes=1))
        self.assertRaises(TypeError, Limits, nothing_of_ours=1)

    def test_reasons_stand_alone(self) -> None:
        """A reason needs no other page, and no other row."""
        for row in fields(Limits):
            self.assertNotRegex(row.metadata["reason"], r"\b[A-F]\d|^the same", row.name)

    def test_seconds_say_so(self) -> None:
        """The name of a time ends in its unit, and no other name does."""
        for row in fields(Limits):
            self.assertEqual(row.name.endswith("_s"), row.metadata["unit"] == "s", row.name)

    def test_bounds_that_depend_on_others(self) -> None:
        """A name that may be sent fits what is read; a buffer fits what may wait; and so on."""
        self.assertLessEqual(LIMITS.classic_sent_name_bytes, LIMITS.classic_reply_bytes - 1)
        self.assertLessEqual(LIMITS.name_bytes, LIMITS.classic_name_bytes)
        self.assertLess(LIMITS.classic_name_bytes, LIMITS.sniff_bytes)
        self.assertLess(LIMITS.quiet_s, LIMITS.classic_name_s)
        self.assertLess(LIMITS.silent_s, LIMITS.sniff_s)
        self.assertLess(LIMITS.receive_bytes, LIMITS.unwritten_bytes)
        self.assertLess(LIMITS.undecided, LIMITS.connections)
        self.assertLess(LIMITS.first_byte_s, LIMITS.stall_s)
        self.assertLess(LIMITS.rebuffer_least_bytes, LIMITS.rebuffer_most_bytes)
        self.assertLessEqual(LIMITS.rebuffer_most_bytes, LIMITS.feed_bytes + LIMITS.prefetch_bytes)
        self.assertLess(LIMITS.share_settle_s, LIMITS.share_check_s)
        self.assertLess(LIMITS.record_life_s, LIMITS.record_gone_s)
        self.assertLess(LIMITS.central_record_bytes, LIMITS.bencode_bytes)
