"""When two names are one: however composed, in whatever case, with whatever cannot be seen.

What a name folds to is for comparing and for looking up, and is never shown.
"""

from __future__ import annotations

import unicodedata

__all__ = ["fold"]

# What cannot be seen, or is a blank that is no blank, and is not a format character.
_UNSEEN = (
    frozenset("\u034f\u115f\u1160\u17b4\u17b5\u3164\uffa0")
    | {chr(code) for code in range(0x180B, 0x1810)}
    | {chr(code) for code in range(0xFE00, 0xFE10)}
    | {chr(code) for code in range(0xE0100, 0xE01F0)}
)


def fold(text: str) -> str:
    """What ``text`` is compared by: NFKD(casefold(NFKD(casefold(NFD(x))))), without what is not seen.

    Eleven times as long as ``text`` at most.  Another Python may know more characters, and
    fold them otherwise: what was folded once is kept, not folded again.
    """
    if text.isascii():
        return text.lower()
    # First of all, because what stands between two marks keeps them out of their order.
    seen = _seen(unicodedata.normalize("NFD", _seen(text)).casefold())
    return _seen(unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", seen).casefold()))


def _seen(text: str) -> str:
    return "".join(
        character
        for character in text
        if character not in _UNSEEN and unicodedata.category(character) != "Cf"
    )
