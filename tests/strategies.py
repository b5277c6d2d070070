"""Hypothesis strategies and the one profile that all property tests run under."""

from __future__ import annotations

import itertools
import os
import unicodedata
from collections.abc import Iterator

from hypothesis import settings
from hypothesis import strategies as st

# The same examples every time: a red build must mean a change, never a dice roll.
settings.register_profile("steady", derandomize=True, deadline=None, max_examples=100, database=None)
# Where only Python, the dependencies or the system are others.
settings.register_profile("brief", settings.get_profile("steady"), max_examples=25)
# Of 5,000 Hypothesis keeps more than 12 GB.
settings.register_profile("long", deadline=None, max_examples=2000)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "steady"))


def cuts(content: bytes) -> st.SearchStrategy[list[bytes]]:
    """``content`` cut into segments anywhere, as a network may deliver it."""
    places = st.lists(st.integers(0, len(content)), max_size=8)
    return places.map(lambda marks: list(pieces(content, sorted(set(marks)))))


def pieces(content: bytes, marks: list[int]) -> Iterator[bytes]:
    """The parts of ``content`` between ascending ``marks``."""
    edges = [0, *marks, len(content)]
    for start, stop in itertools.pairwise(edges):
        if start < stop:
            yield content[start:stop]


def is_harmless(text: str) -> bool:
    """Whether showing ``text`` on a terminal does nothing but show it, on one line."""
    return not {unicodedata.category(character) for character in text} & {
        "Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp",
    }  # fmt: skip
