"""Untrusted text made printable, and numbers made readable.

Names, error texts and banners come from strangers.  Nothing but `printable` puts
them on a terminal, in a log, or on a window's title bar.
"""

from __future__ import annotations

import unicodedata

__all__ = ["count_text", "duration_text", "fault_text", "printable", "rate_text", "size_text", "span_text"]

# Cc control, Cf format (bidi marks, zero width), Cs surrogate, Co private, Cn unassigned,
# Zl and Zp line separators: all of them can lie about what stands beside them.
_HIDDEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
_SHORT = {"\n": "\\n", "\r": "\\r", "\t": "\\t", "\\": "\\\\"}


def printable(untrusted: str | bytes, limit: int = 200) -> str:
    r"""``untrusted`` on one line, with everything invisible written as ``\x1b`` or ``\u202e``.

    Every kind of blank is shown as the plain one.

    :param limit: characters of the result; a longer one ends in an ellipsis.
    """
    if isinstance(untrusted, bytes):
        untrusted = untrusted[: 4 * limit + 4].decode("utf-8", "surrogateescape")
    shown = "".join(map(_visible, untrusted[: limit + 1]))
    return shown if len(shown) <= limit else shown[: limit - 1] + "…"


def fault_text(fault: BaseException, limit: int = 200) -> str:
    """What was raised, for those who must mend it: ``ValueError: no such thing``.

    :param limit: as of `printable`.
    """
    try:
        said = str(fault)
    except Exception:
        said = "it cannot say what"
    return printable(f"{type(fault).__name__}: {said}" if said else type(fault).__name__, limit)


def _visible(character: str) -> str:
    if character in _SHORT:
        return _SHORT[character]
    kind = unicodedata.category(character)
    if kind == "Zs":
        return " "
    if kind not in _HIDDEN:
        return character
    code = ord(character)
    if 0xDC80 <= code <= 0xDCFF:
        # A byte that is no UTF-8, as "surrogateescape" and os.fsdecode carry it.
        code -= 0xDC00
    if code < 0x100:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def size_text(count: float) -> str:
    """A number of bytes as people write it: ``999 B``, ``1.5 MB``, ``2.0 GB``."""
    for unit in ("B", "kB", "MB", "GB"):
        if count < 999.5:
            return f"{count:.0f} {unit}" if unit == "B" else f"{count:.1f} {unit}"
        count /= 1000
    return f"{count:.1f} TB"


def rate_text(bits: float) -> str:
    """Bits a second as people write them: ``999 bit/s``, ``3.0 Mbit/s``."""
    for unit in ("", "k", "M"):
        if bits < 999.5:
            return f"{bits:.0f} bit/s" if not unit else f"{bits:.1f} {unit}bit/s"
        bits /= 1000
    return f"{bits:.1f} Gbit/s"


def count_text(count: int, noun: str) -> str:
    """How many of something: ``no files``, ``1 file``, ``12 files``."""
    return f"{count or 'no'} {noun}{'' if count == 1 else 's'}"


def duration_text(seconds: float) -> str:
    """A time on a clock: ``0:07``, ``12:34``, ``1:02:03``."""
    whole = max(0, int(seconds))
    minutes, second = divmod(whole, 60)
    hours, minute = divmod(minutes, 60)
    return f"{hours}:{minute:02d}:{second:02d}" if hours else f"{minute}:{second:02d}"


def span_text(seconds: float) -> str:
    """How long something took: ``0.02 s``, and from a minute on as on a clock."""
    return f"{seconds:.2f} s" if seconds < 60 else duration_text(seconds)
