"""Names of which the owner can be seen."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from twisted.trial.unittest import SynchronousTestCase

import tests.strategies  # noqa: F401  the steady profile
from p2pstream.content.folding import fold
from p2pstream.content.keys import to_base32
from p2pstream.content.names import check_name
from p2pstream.content.namespaces import check_full_name, decode_full_name, own_name, split_name
from p2pstream.content.signing import Identity
from p2pstream.errors import BadKey, BadName

PUBLIC = Identity(b"x" * 32).id
SPELT = to_base32(PUBLIC)


class NamespaceTests(SynchronousTestCase):
    """One form, which nothing else passes for."""

    def test_there_and_back(self) -> None:
        """A key and a name, in text and in bytes."""
        name = own_name(PUBLIC, "film.mp4")
        self.assertEqual(name, f"~{SPELT}/film.mp4")
        self.assertEqual(split_name(name), (PUBLIC, "film.mp4"))
        self.assertEqual(check_full_name(name), name)
        self.assertEqual(decode_full_name(name.encode()), name)

    def test_plain_names(self) -> None:
        """A name that is in nobody's namespace; also one that only begins like it."""
        for name in ("film.mp4", "~film", "~", f"~{SPELT}", f"~{SPELT}.mp4"):
            self.assertEqual(split_name(name), (None, name))

    def test_bounds(self) -> None:
        """The last component is as long as any name may be."""
        check_full_name(own_name(PUBLIC, "n" * 200))
        self.assertIn("201 bytes", str(self.assertRaises(BadName, own_name, PUBLIC, "n" * 201)))
        self.assertRaises(BadName, check_full_name, f"~{SPELT}/" + "n" * 201)

    def test_F55_bad(self) -> None:
        """Prefixes of keys, other spellings, more components, no name; in short printable lines."""
        for name in (
            f"~{SPELT}/",
            f"~{SPELT}/a/b",
            f"~{SPELT}/../x",
            f"~{SPELT}/.x",
            f"~{SPELT}/a\n",
            f"~{SPELT[:-1]}/film",
            f"~{SPELT}a/film",
            f"~{SPELT.upper()}/film",
            f"~{'7' * 52}/film",
            f"~{to_base32(bytes(32))}/film",
            f"~{to_base32((1).to_bytes(32, 'little'))}/film",
            f" ~{SPELT}/film",
            f"x~{SPELT}/film",
            f"/{SPELT}/film",
            "~/film",
            "~\x1b[2J/film",
            "a/b",
            "",
            "~" + "a" * 1_000_000 + "/film",
        ):
            said = str(self.assertRaises(BadName, check_full_name, name))
            self.assertTrue(said.isprintable() and len(said) < 250, name[:80])
        self.assertRaises(BadName, decode_full_name, f"~{SPELT}/".encode() + b"\xff")
        self.assertRaises(BadKey, own_name, bytes(32), "film")

    def test_what_passes_for_one(self) -> None:
        """A wide slash, a wide tilde or capitals fold to the real ones: such a name is refused."""
        for name in (
            f"~{SPELT}／film",
            f"～{SPELT}／film",
            f"~{SPELT.upper()}／film",
            f"~\u200d{SPELT}／film",
        ):
            self.assertEqual(fold(name), fold(own_name(PUBLIC, "film")))
            self.assertIn("namespace", str(self.assertRaises(BadName, check_name, name)))
        self.assertEqual(check_name("AC／DC.mp4"), "AC／DC.mp4")

    @given(st.text(max_size=80) | st.text(max_size=20).map(lambda text: f"~{SPELT}/{text}"))
    def test_F37_any_text(self, text: str) -> None:
        """A name whose fold is in a namespace is in it as it stands."""
        try:
            owner, last = split_name(text)
        except BadName as fault:
            self.assertTrue(str(fault).isprintable())
            return
        self.assertEqual(check_name(last), last)
        self.assertEqual(fold(text).startswith(f"~{SPELT}/"), owner == PUBLIC)
