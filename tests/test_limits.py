"""The one table of bounds: complete, explained, and none that bounds nothing."""

from __future__ import annotations

import ast
from dataclasses import fields
from pathlib import Path

from twisted.trial.unittest import SynchronousTestCase

import p2pstream
from p2pstream.limits import LIMITS, Limits


def read_somewhere() -> set[str]:
    """Every attribute that the program reads of a thing called limits."""
    names: set[str] = set()
    for path in Path(p2pstream.__file__).parent.rglob("*.py"):
        if "testing" in path.parts:
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Attribute) and ast.unparse(node.value).lower().endswith("limits"):
                names.add(node.attr)
    return names


class TableTests(SynchronousTestCase):
    """Every row is one bound."""

    def test_every_bound_is_used(self) -> None:
        """A row that nobody reads bounds nothing, and a bound that has no row does not exist."""
        self.assertEqual({row.name for row in fields(Limits)}, read_somewhere())

    def test_every_bound_is_explained(self) -> None:
        """A unit and a reason stand beside each, and the defaults are positive."""
        for row in fields(Limits):
            self.assertTrue(row.metadata["unit"] and row.metadata["reason"], row.name)
            self.assertGreater(getattr(LIMITS, row.name), 0, row.name)

    def test_one_place_each(self) -> None:
        """Of two parts with a row of one name the later would rule, unseen, where the other is meant."""
        named = [name for part in Limits.__mro__[1:-1] for name in vars(part)["__annotations__"]]
        self.assertEqual(sorted(named), sorted(set(named)))

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
