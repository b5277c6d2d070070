"""What a name may be, and what a table of names answers."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from twisted.trial.unittest import SynchronousTestCase

import tests.strategies  # noqa: F401  the steady profile
from p2pstream.content import names
from p2pstream.content.names import NameTable, check_name, decode_name
from p2pstream.errors import BadName
from p2pstream.testing.node import Names
from p2pstream.testing.wires.names import NamesContract

GOOD = [
    "film.mp4",
    "a",
    "Le fabuleux destin.mkv",
    "映画.mp4",
    "-version",
    "a..b",
    # Reserved, or a slash, elsewhere only.
    "CON",
    "a\u2215b",
    "a\uff0fb",
    "می\u200cخواهم.mp4",
    "n" * 200,
]
BAD = {
    "": "no name",
    "../x": "/",
    "/etc/passwd": "/",
    "a\\b": "\\",
    "..\\x": "\\",
    "a\0b": "control",
    "a\x1b[31m": "control",
    "a\nb": "control",
    "gpj.\u202eexe": "invisible",
    "a\u200bb": "invisible",
    "\ufeffa": "invisible",
    "a\ud800": "half",
    "a\ue000": "private",
    "a\u2028b": "line",
    ".hidden": "dot",
    "film.": "dot",
    " film": "blank",
    "film ": "blank",
    "n" * 201: "201 bytes",
    "n" * 256: "256 bytes",
    "é" * 101: "202 bytes",
    "\u200d": "seen",
    "\u3164": "seen",
    "\ufe0f\u034f": "seen",
    "~" + "a" * 52 + "\uff0fx": "namespace",
}


class CheckNameTests(SynchronousTestCase):
    """One function decides what a name may be."""

    def test_good(self) -> None:
        """Names as people give them pass, also those that look like options."""
        for name in GOOD:
            self.assertEqual(check_name(name), name)
            self.assertEqual(decode_name(name.encode()), name)

    def test_F55_bad(self) -> None:
        """Paths, controls, invisible characters and overlong names are refused in words."""
        for name, why in BAD.items():
            fault = self.assertRaises(BadName, check_name, name)
            self.assertIn(why, str(fault))

    def test_F44_a_name_of_a_megabyte(self) -> None:
        """Is refused in a line."""
        for name in ("n" * 1_000_000, "\u200d" * 1_000_000, "\ufdfa" * 1_000_000):
            said = str(self.assertRaises(BadName, check_name, name))
            self.assertTrue(said.isprintable() and len(said) < 300)

    def test_not_utf8(self) -> None:
        """Bytes that are no UTF-8 are no name."""
        self.assertIn("UTF-8", str(self.assertRaises(BadName, decode_name, b"\xff\xfe")))

    @given(st.binary(max_size=300))
    def test_F37_any_bytes(self, received: bytes) -> None:
        """Any bytes are a clean name or a `BadName`, whose text is one printable line."""
        try:
            name = decode_name(received)
        except BadName as fault:
            self.assertNotIn("\n", str(fault))
            self.assertTrue(str(fault).isprintable())
        else:
            self.assertEqual(name.encode(), received)
            self.assertFalse(set(name) & set("/\\\0\n"))


class NameTableTests(SynchronousTestCase):
    """A set that knows beginnings."""

    @given(
        st.lists(st.text("ab", max_size=4)), st.lists(st.text("ab", max_size=4)), st.text("ab", max_size=4)
    )
    def test_model(self, added: list[str], dropped: list[str], asked: str) -> None:
        """It answers as a plain set would."""
        table, model = NameTable(), set(added) - set(dropped)
        for name in added:
            table.add(name)
        for name in dropped:
            table.discard(name)
        self.assertEqual(list(table), sorted(model))
        self.assertEqual(len(table), len(model))
        self.assertEqual(asked in table, asked in model)
        longer = any(name.startswith(asked) and name != asked for name in model)
        self.assertEqual(table.is_proper_prefix(asked), longer)

    @given(
        st.lists(st.text("abc", max_size=6)), st.lists(st.text("abc", max_size=6)), st.text("abc", max_size=6)
    )
    def test_blocks(self, added: list[str], dropped: list[str], asked: str) -> None:
        """So it does when its blocks are small, and there are many."""
        self.patch(names, "_BLOCK", 2)
        table, model = NameTable(added[::2]), set(added) - set(dropped)
        for name in added[1::2]:
            table.add(name)
        for name in dropped:
            table.discard(name)
        self.assertEqual((list(table), asked in table), (sorted(model), asked in model))
        longer = any(name.startswith(asked) and name != asked for name in model)
        self.assertEqual(table.is_proper_prefix(asked), longer)
        self.assertEqual(list(table.behind(asked)), sorted(name for name in model if name > asked))

    def test_strangers(self) -> None:
        """Nothing but text is ever in it."""
        self.assertNotIn(7, NameTable(["7"]))


class ContractTests(NamesContract, SynchronousTestCase):
    """A node can answer from the table as it is."""

    def make_names(self, known: tuple[str, ...]) -> Names:
        """The table, said to be one."""
        return Names(known)
