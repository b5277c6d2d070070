"""The fonts: ours for everything, and whichever one has the glyphs for the film's name."""

from __future__ import annotations

import ctypes
import ctypes.util
import unicodedata
from collections.abc import Iterable
from importlib.resources import files
from typing import Any

from sfml import graphics

__all__ = ["Fonts", "drawable", "system_font"]

#: No font has a glyph for this: it shows what a missing one looks like.
NO_CHARACTER = 0x10FFFF
PROBE_SIZE = 40


class Fonts:
    """The plain font, and the one for the title when the plain one cannot draw it."""

    def __init__(self) -> None:
        # From a file: a font made from bytes keeps no reference to them, and reads
        # freed memory later.
        self.plain = graphics.Font.from_file(str(files("p2pstream.player") / "fonts" / "DejaVuSans.ttf"))
        #: None when no font can draw the title: then only the title bar shows it.
        self.title: Any = self.plain

    def has(self, font: Any, text: str) -> bool:
        """Whether ``font`` has a glyph for every character of ``text``."""
        missing = _look(font, NO_CHARACTER)
        return all(_look(font, ord(character)) != missing for character in text if not character.isspace())

    def use(self, path: str, text: str) -> bool:
        """Draw the title with the font at ``path``, if that has all the glyphs."""
        try:
            font = graphics.Font.from_file(path)
        except OSError:
            # Its text is bytes, and says no more than that.
            return False
        if not self.has(font, text):
            return False
        self.title = font
        return True


def _look(font: Any, code: int) -> tuple[float, ...]:
    glyph = font.get_glyph(code, PROBE_SIZE, False)
    bounds = glyph.bounds
    return (glyph.advance, bounds.left, bounds.top, bounds.width, bounds.height)


def drawable(text: str) -> bool:
    """Whether glyphs in a row, left to right, are that text.

    SFML shapes nothing: Arabic would come apart, Hebrew run backwards, marks stand
    beside their letters.  Such names are left to the window's title bar.
    """
    composed = unicodedata.normalize("NFC", text)
    return not any(
        unicodedata.bidirectional(character) in ("R", "AL", "AN") or unicodedata.category(character)[0] == "M"
        for character in composed
    )


def system_font(text: str) -> str:
    """The path of an installed font that claims to have the characters of ``text``.

    Asks fontconfig, which libvlc brings along; empty without it.  May block on the
    first call, while fontconfig reads its cache.
    """
    name = ctypes.util.find_library("fontconfig")
    try:
        library = ctypes.CDLL(name) if name else None
    except OSError:
        library = None
    return "" if library is None else _match(library, {ord(character) for character in text})


def _match(library: ctypes.CDLL, codes: Iterable[int]) -> str:
    for function in ("FcCharSetCreate", "FcPatternCreate", "FcFontMatch"):
        getattr(library, function).restype = ctypes.c_void_p
    pointer, text = ctypes.c_void_p, ctypes.c_char_p
    characters, pattern = pointer(library.FcCharSetCreate()), pointer(library.FcPatternCreate())
    for code in codes:
        library.FcCharSetAddChar(characters, ctypes.c_uint32(code))
    library.FcPatternAddCharSet(pattern, b"charset", characters)
    library.FcPatternAddString(pattern, b"family", b"sans-serif")
    library.FcConfigSubstitute(None, pattern, 0)
    library.FcDefaultSubstitute(pattern)
    result, path = ctypes.c_int(), text()
    match = pointer(library.FcFontMatch(None, pattern, ctypes.byref(result)))
    try:
        if match and library.FcPatternGetString(match, b"file", 0, ctypes.byref(path)) == 0 and path.value:
            return path.value.decode("utf-8", "surrogateescape")
        return ""
    finally:
        if match:
            library.FcPatternDestroy(match)
        library.FcPatternDestroy(pattern)
        library.FcCharSetDestroy(characters)
