"""Text whose encoding nobody told: found out by what makes sense.

First what says so itself: a byte order mark, zeros where UTF-16 has them, bytes that are
UTF-8.  What is left is of the time before: each encoding is tried, and pairs of neighbours
are counted that people write, and those that nobody does.
"""

from __future__ import annotations

import unicodedata
from codecs import BOM_UTF8, BOM_UTF16_BE, BOM_UTF16_LE, BOM_UTF32_BE, BOM_UTF32_LE
from collections import Counter
from functools import lru_cache

__all__ = ["decoded", "encoding_of"]

# The longer marks first: that of UTF-32 begins as that of UTF-16.
_MARKS = (
    (BOM_UTF8, "utf-8"),
    (BOM_UTF32_LE, "utf-32-le"),
    (BOM_UTF32_BE, "utf-32-be"),
    (BOM_UTF16_LE, "utf-16-le"),
    (BOM_UTF16_BE, "utf-16-be"),
)
#: Each with the letters, beyond ASCII, that those who use it write most; the first wins a draw.
_LETTERS = {
    "cp1252": "éèêëàâäáãåçîïíìôöóòøœùüúñßæÉÀÇÖÄÜÅØ¡¿«»",
    "cp1250": "ąćęłńóśźżáčďéěíňřšťúůýžőűäöüßâîşţđŁŚŻŠČŽŘ",
    "cp1251": "абвгдежзийклмнопрстуфхцчшщъыьэюяёєіїґўђјљњћџ",
    "cp1253": "αβγδεζηθικλμνξοπρστυφχψωςάέήίόύώϊϋ",
    "cp1254": "çğıöşüâîûİŞĞÇÖÜ",
    "cp1255": "אבגדהוזחטיכלמנסעפצקרשתךםןףץ",
    "cp1256": "ابتثجحخدذرزسشصضطظعغفقكلمنهويىةءئؤأإآپچژگ",
    "koi8_r": "абвгдежзийклмнопрстуфхцчшщъыьэюяё",
    "gb18030": "的一是不了在人有我他这个们中来上大为和国你说到时要就出会可也对生能那得于着下自",
    "big5": "的一是不了在人有我他這個們中來上大為和國你說到時要就出會可也對生能那得於著下自",
    "shift_jis": "のにはをたがでてとしれさいるなかもらすりこまあんっきくよけうー、。",
    "euc_kr": "이다는을가의에고지도한나하은리로니어서기사자라를내너그아",
}
#: Letters of those that are less common than what the other encodings have in their places.
_SELDOM = {
    "cp1252": "õû",
    "cp1250": "ă",
    "cp1251": "йцщэхфъёюжшбчгыьзєїґђјљњћџ",
    "cp1253": "βγδζθξφχψωήύώϊϋ",
    "cp1256": "ثجحخذزشصضطظغءؤئآپچژگ",
    "koi8_r": "йцщэхфъёюжшбчгыьз",
}
#: In which each letter takes one byte, or two.
_WIDE = frozenset(["gb18030", "big5", "shift_jis", "euc_kr"])
#: So much of a file says what it is.
_SAMPLE = 65_536


def decoded(raw: bytes) -> str:
    r"""``raw`` as text, with ``\n`` at the ends of lines; what is no character becomes U+FFFD."""
    mark, encoding = _told(raw)
    text = raw[len(mark) :].decode(encoding or encoding_of(raw), "replace")
    return text.replace("\r\n", "\n").replace("\r", "\n").removeprefix("\ufeff")


def encoding_of(raw: bytes) -> str:
    """What text without a mark is written in."""
    if (wide := _utf16(raw[:4096])) is not None:
        return wide
    try:
        raw.decode("utf-8")
    except UnicodeDecodeError as fault:
        # One that was cut, or has one wrong byte in much that is right, is still that.
        if fault.start > 1000 and not raw[: fault.start].isascii():
            return "utf-8"
        return _legacy(raw)
    return "utf-8"


def _told(raw: bytes) -> tuple[bytes, str | None]:
    return next(((mark, name) for mark, name in _MARKS if raw.startswith(mark)), (b"", None))


def _utf16(head: bytes) -> str | None:
    """Half of the bytes of such a file are zero, where its letters are ASCII."""
    if len(head) < 8 or head.count(0) < len(head) // 4:
        return None
    return "utf-16-le" if head[1::2].count(0) > head[::2].count(0) else "utf-16-be"


def _legacy(raw: bytes) -> str:
    # Lines that are ASCII alone say nothing; whole lines, so that no letter is cut in two.
    lines = (line for line in raw.replace(b"\r", b"\n").split(b"\n") if not line.isascii())
    sample = b"\n".join(lines)[:_SAMPLE]
    return max(_LETTERS, key=lambda name: _sense(sample, name))


def _sense(sample: bytes, encoding: str) -> float:
    """How much sense the bytes make in an encoding, for each of them that is not ASCII."""
    text = sample.decode(encoding, "replace")
    pairs = Counter(zip(f"\n{text}", text, strict=False))
    worth = 2.0 if encoding in _WIDE else 1.0
    points = sum(
        count * worth * _plausible(before, letter, encoding)
        for (before, letter), count in pairs.items()
        if letter > "\x7f" or before > "\x7f"
    )
    return points / max(1, sum(byte > 127 for byte in sample))


@lru_cache(4096)
def _plausible(before: str, letter: str, encoding: str) -> float:
    """From -2, which nobody writes, to 1: a letter that is common there, beside one that goes with it."""
    kind = unicodedata.category(letter)
    if letter <= "\x7f":
        # No word goes on in capitals, or in other letters.
        strange = (before.islower() and letter.isupper()) or _script(before) != _script(letter)
        return -1.5 if before.isalpha() and letter.isalpha() and strange else 0.0
    if letter == "\ufffd" or kind[0] == "C":
        return -2.0
    if kind[0] != "L":
        return 0.2 if letter in "«»“”„’‘–—…¡¿、。！？，「」" else -0.3
    if before.isalpha() and _script(before) != _script(letter):
        return -1.5
    if letter.isupper() and before.islower():
        return -1.5
    accents = before > "\x7f" and before.isalpha() and _script(letter) == "LATIN"
    return _common(letter, encoding) * (0.5 if letter.isupper() else 1.0) - (1.0 if accents else 0.0)


def _common(letter: str, encoding: str) -> float:
    if letter.lower() in _SELDOM.get(encoding, ""):
        return 0.5
    return 1.0 if letter in _LETTERS[encoding] or letter.lower() in _LETTERS[encoding] else -0.2


def _script(letter: str) -> str:
    """The first word of its name, which is its script's; Japanese mixes three of them."""
    name = unicodedata.name(letter, "?").partition(" ")[0]
    return (
        "CJK" if name in ("HIRAGANA", "KATAKANA", "KATAKANA-HIRAGANA", "HALFWIDTH", "IDEOGRAPHIC") else name
    )
