"""The tree of errors: as it is drawn, and fit to print."""

from __future__ import annotations

from collections.abc import Iterator

from twisted.trial.unittest import SynchronousTestCase

from p2pstream import errors
from p2pstream.errors import P2PStreamError, PeersDisagree


def drawn() -> list[tuple[int, str]]:
    """Depth and name of every error in the drawing of the module's docstring."""
    picture = (errors.__doc__ or "").split("::\n\n", 1)[1].split("\n\n", 1)[0]
    rows = [row.strip("\n") for row in picture.splitlines()]
    names = [next(word for word in row.split() if word.isalnum()) for row in rows]
    return [((row.index(name) - 4) // 4, name) for row, name in zip(rows, names, strict=True)]


def tree(kind: type[P2PStreamError], depth: int = 0) -> Iterator[tuple[int, str]]:
    """The same of the classes themselves."""
    yield depth, kind.__name__
    for below in kind.__subclasses__():
        if below.__module__ == errors.__name__:
            yield from tree(below, depth + 1)


class TreeTests(SynchronousTestCase):
    """One tree, drawn once."""

    def test_drawing(self) -> None:
        """The drawing has every error, in its place."""
        self.assertEqual(sorted(drawn()), sorted(tree(P2PStreamError)))

    def test_all_are_public(self) -> None:
        """Every error can be imported by name, and nothing else."""
        self.assertEqual(sorted(errors.__all__), sorted(name for _, name in tree(P2PStreamError)))


class SentenceTests(SynchronousTestCase):
    """What a person reads."""

    def test_docstrings_are_sentences(self) -> None:
        """An error without words of its own says its docstring: one line, one sentence."""
        for name in errors.__all__:
            kind = getattr(errors, name)
            said = str(kind(7)) if kind is PeersDisagree else str(kind())
            self.assertTrue(said.isprintable() and said, name)
            self.assertEqual((kind.__doc__ or "").count("\n"), 0, name)
            self.assertTrue((kind.__doc__ or "").endswith("."), name)

    def test_own_words(self) -> None:
        """Words that were given are said instead."""
        self.assertEqual(str(errors.Gone("film.mp4 changed")), "film.mp4 changed")
        self.assertEqual(str(PeersDisagree(7, "a and b differ")), "a and b differ")
        self.assertIn("from byte 7 on", str(PeersDisagree(7)))

    def test_exit_codes(self) -> None:
        """Two for a command line that cannot be understood, one for all that can go wrong later."""
        codes = {name: getattr(errors, name).exit_code for name in errors.__all__}
        self.assertEqual({name for name, code in codes.items() if code != 1}, {"UsageError"})
        self.assertEqual(codes["UsageError"], 2)
