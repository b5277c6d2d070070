"""When two names are one."""

from __future__ import annotations

import sys
import unicodedata

from hypothesis import example, given
from hypothesis import strategies as st
from twisted.trial.unittest import SynchronousTestCase

import tests.strategies  # noqa: F401  the steady profile
from p2pstream.content.folding import fold

unseen = st.sampled_from(
    "\u034f\u115f\u1160\u17b4\u17b5\u180b\u180f\u200b\u200d\u3164\ufe00\ufe0f\ufeff\uffa0\U000e0100"
)
marks = st.sampled_from("\u0300\u0301\u0316\u0327\u0345\u05b0\u3099")
texts = st.text(max_size=20) | st.text(st.one_of(st.characters(), unseen, marks), max_size=12)


def plain(text: str) -> str:
    """The rule, without what is not seen."""
    normal = unicodedata.normalize
    return normal("NFKD", normal("NFKD", normal("NFD", text).casefold()).casefold())


class FoldTests(SynchronousTestCase):
    """What is one name, what is two."""

    def test_twins(self) -> None:
        """Composed or not, in any case and width, with anything unseen: one name."""
        for names in (
            ("Film.MP4", "film.mp4", "ＦＩＬＭ．ｍｐ４"),
            ("Café", "cafe\u0301", "CAFE\u0301", "Cafe\u200b\u0301"),
            ("straße", "STRASSE", "Stra\u1e9ee"),
            ("ﬁlm", "film", "FILM"),
            ("Σίσυφος", "ΣΊΣΥΦΟΣ", "σίσυφοσ"),
            ("한글", "한글", "한\u3164글"),
            ("a\u0316\u0301", "a\u0301\u0316", "a\u0301\u034f\u0316"),
            ("film", "\u3164film\ufe0f", "fi\u00adlm", "film\U000e01ef"),
            ("…", "..."),
        ):
            self.assertEqual(len({fold(name) for name in names}), 1, names)

    def test_others(self) -> None:
        """Letters that only look alike, accents, blanks, and the dotless i stay apart."""
        for one, other in (
            ("a", "а"),
            ("e", "é"),
            ("a b", "ab"),
            ("i", "ı"),
            ("1", "l"),
            ("a/b", "a\u2215b"),
        ):
            self.assertNotEqual(fold(one), fold(other))

    def test_nothing_is_left(self) -> None:
        """Of what cannot be seen."""
        for text in ("", "\u200b", "\u3164", "\ufe0f\u034f", "\u115f\u1160", "\U000e0001"):
            self.assertEqual(fold(text), "")

    @given(texts)
    @example("a\u0301\u034f\u0316")
    def test_once_is_enough(self, text: str) -> None:
        """What was folded folds to itself, and nothing unseen is in it."""
        folded = fold(text)
        self.assertEqual(fold(folded), folded)
        self.assertNotIn("Cf", {unicodedata.category(character) for character in folded})

    @given(texts, st.lists(st.tuples(st.integers(0, 12), unseen), max_size=4))
    def test_what_is_not_seen_makes_no_difference(self, text: str, added: list[tuple[int, str]]) -> None:
        """Wherever it stands."""
        changed = text
        for place, character in added:
            changed = changed[:place] + character + changed[place:]
        self.assertEqual(fold(changed), fold(text))

    @given(
        st.text(
            st.characters(
                exclude_categories=["Cf", "Cs"],
                exclude_characters="\u034f\u115f\u1160\u17b4\u17b5\u3164\uffa0",
            ),
            max_size=12,
        )
    )
    def test_the_rule(self, text: str) -> None:
        """Where everything is seen it is what the amendment says."""
        self.assertEqual(fold(text).translate(dict.fromkeys(range(0xFE00, 0xFE10))), fold(text))
        if not any(
            0x180B <= ord(c) <= 0x180F or 0xFE00 <= ord(c) <= 0xFE0F or ord(c) >= 0xE0100 for c in text
        ):
            self.assertEqual(fold(text), plain(text))

    def test_how_long_it_may_become(self) -> None:
        """Eleven times as many bytes: of 200, 2,178."""
        self.assertEqual(len(fold("\ufdfa" * 66).encode()), 2178)
        longest = max(len(fold(chr(code)).encode()) / len(chr(code).encode()) for code in range(0xA0, 0x3400))
        self.assertLessEqual(longest, 11)
        self.assertGreater(sys.maxunicode, 0xFFFF)
