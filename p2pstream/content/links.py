"""``p2pstream://central/name``: a central and a name in one word that can be pasted."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import quote, unquote

from p2pstream.content.addresses import CENTRAL_PORT, Address
from p2pstream.content.names import check_name, decode_name
from p2pstream.content.text import printable
from p2pstream.errors import BadName, P2PStreamError, UsageError

__all__ = ["SCHEME", "Link"]

SCHEME = "p2pstream://"


@dataclass(frozen=True)
class Link:
    """The stream ``name`` as the central at ``central`` knows it."""

    central: Address
    name: str

    @classmethod
    def parse(cls, text: str) -> Link:
        """The link in ``text``; the name is percent-encoded UTF-8.

        :raises UsageError: one line that names ``text``.
        """
        if not text.lower().startswith(SCHEME):
            raise UsageError(f"“{printable(text, 80)}” is no {SCHEME} link")
        central, _, name = text[len(SCHEME) :].partition("/")
        try:
            return cls(Address.parse(central, CENTRAL_PORT), _unquoted(name))
        except P2PStreamError as fault:
            raise UsageError(f"cannot understand the link {printable(text, 80)}: {fault}") from None

    def __str__(self) -> str:
        central = str(self.central)
        if self.central.port == CENTRAL_PORT:
            central = central.rpartition(":")[0]
        return f"{SCHEME}{central}/{quote(self.name, safe='')}"


def _unquoted(name: str) -> str:
    if not name:
        raise BadName("it names no stream; write p2pstream://central/name")
    if name.isascii():
        return decode_name(unquote(name, encoding="latin-1").encode("latin-1"))
    return check_name(unquote(name))
