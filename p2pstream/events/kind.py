"""What one kind of event is."""

from __future__ import annotations

from p2pstream.values import value

__all__ = ["EventKind"]


@value
class EventKind:
    """One kind of event: its fields, and a sentence for people made of them.

    In a sentence ``{rate:size}`` is a number of bytes, ``{rate:bits}`` one of bits a second,
    ``{left:clock}`` a time on a clock, ``{seconds:span}`` how long it took, ``{sources:count peer}`` so many
    peers, and ``{reason:said}`` the text of an error, in which strangers' text is
    printable already; ``{waiting_for:clause}`` adds what is said, if anything is,
    behind a semicolon, and ``{words:called}`` what was asked for, if anything was;
    ``{verified:proof}`` says whether bytes were proven, and ``pace`` and ``givers`` how fast
    they came and from whom, if any came.  Everything else is made printable, whoever sent it.
    """

    fields: tuple[str, ...]
    sentence: str
    #: It comes again and again for as long as something lasts, such as a full disk.
    lasting: bool = False
