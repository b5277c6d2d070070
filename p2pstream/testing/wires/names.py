"""What every table of names must answer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from zope.interface.verify import verifyObject

from p2pstream.interfaces import INames

if TYPE_CHECKING:
    from twisted.trial.unittest import SynchronousTestCase as _Case
else:
    _Case = object

__all__ = ["NamesContract"]

_KNOWN = ("a", "ab", "abc", "b film", "film.mp4", "film.mp4.srt", "é", "映画")
_UNKNOWN = ("", "ac", "abcd", "b", "film", "film.mp", "film.mp4.", "Film.mp4", "映", "z")


class NamesContract(_Case):
    """The contract of `INames`; for trial's ``SynchronousTestCase``."""

    def make_names(self, known: tuple[str, ...]) -> Any:
        """An `INames` that knows just these."""
        raise NotImplementedError

    def test_provides_names(self) -> None:
        """The provider has all that the interface promises."""
        self.assertTrue(verifyObject(INames, self.make_names(_KNOWN)))

    def test_exactly_these(self) -> None:
        """A name is known to the last character, or not at all."""
        names = self.make_names(_KNOWN)
        for name in _KNOWN:
            self.assertIn(name, names)
        for name in _UNKNOWN:
            self.assertNotIn(name, names)

    def test_proper_prefixes(self) -> None:
        """A name is no beginning of itself, but may be one of another, known or not."""
        names = self.make_names(_KNOWN)
        for name in (*_KNOWN, *_UNKNOWN):
            longer = any(other.startswith(name) and other != name for other in _KNOWN)
            self.assertEqual(names.is_proper_prefix(name), longer, name)

    def test_nothing_known(self) -> None:
        """Of no names none is one."""
        names = self.make_names(())
        self.assertNotIn("a", names)
        self.assertFalse(names.is_proper_prefix(""))
