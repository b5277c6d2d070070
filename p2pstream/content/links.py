"""``p2pstream://central/name``: a central and a name in one word that can be pasted."""

from __future__ import annotations

from urllib.parse import quote, unquote

from p2pstream.content.addresses import CENTRAL_PORT, Address
from p2pstream.content.keys import KEY_SCHEME, FileKey, parse_key
from p2pstream.content.namespaces import check_full_name, decode_full_name, split_name
from p2pstream.content.text import printable
from p2pstream.errors import BadKey, BadName, P2PStreamError, UsageError
from p2pstream.values import value

__all__ = ["SCHEME", "Link", "central_text", "parse_centrals", "short_text"]

SCHEME = "p2pstream://"


def parse_centrals(text: str) -> tuple[Address, ...]:
    """The centrals in ``text``: ``HOST[:PORT]``, or several with commas between them, each once.

    :raises BadAddress: one line that names the one that is none.
    """
    return tuple(dict.fromkeys(Address.parse(each, CENTRAL_PORT) for each in text.split(",")))


def central_text(text: str) -> str:
    """The central in ``p2pstream://central/``, which ``p2p-share`` prints; any other text as it is."""
    told, _, name = text[len(SCHEME) :].partition("/")
    return told if text.lower().startswith(SCHEME) and told and not name else text


@value
class Link:
    """The stream ``name`` as the central at ``central`` knows it, or, if that is silent, another.

    What begins as the text of a key does is one; else it is a name, in a publisher's namespace or not.

    :raises BadKey: or should be; or it is that of a live stream.
    """

    central: Address
    name: str
    #: Asked in this order where the first does not answer.
    others: tuple[Address, ...] = ()

    def __post_init__(self) -> None:
        # Whoever holds a link need not expect that its key is none.
        _ = self.key

    @property
    def key(self) -> FileKey | None:
        """What the name is the text of; None: it is a name."""
        if not self.name.startswith(KEY_SCHEME):
            return None
        key = parse_key(self.name)
        if not isinstance(key, FileKey):
            raise BadKey(f"“{key}” is the key of a live stream, and only files are fetched by their key")
        return key

    @property
    def called(self) -> str:
        """What it is taken for, and kept as: a name in a namespace without that."""
        return split_name(self.name)[1]

    @property
    def centrals(self) -> tuple[Address, ...]:
        """All of them, in the order in which they are asked."""
        return (self.central, *self.others)

    @classmethod
    def parse(cls, text: str) -> Link:
        """The link in ``text``; the name is percent-encoded UTF-8.

        :raises UsageError: one line that names ``text``.
        """
        if not text.lower().startswith(SCHEME):
            raise UsageError(f"“{printable(text, 80)}” is no {SCHEME} link")
        told, _, name = text[len(SCHEME) :].partition("/")
        try:
            central, *others = parse_centrals(told)
            return cls(central, _unquoted(name), tuple(others))
        except P2PStreamError as fault:
            raise UsageError(f"cannot understand the link {printable(text, 80)}: {fault}") from None

    def __str__(self) -> str:
        return f"{SCHEME}{','.join(map(short_text, self.centrals))}/{quote(self.name, safe='')}"


def short_text(central: Address) -> str:
    """As people write it: without the port that all centrals have.  `parse_centrals` reads it."""
    text = str(central)
    return text.rpartition(":")[0] if central.port == CENTRAL_PORT else text


def _unquoted(name: str) -> str:
    if not name:
        raise BadName("it names no stream; write p2pstream://central/name")
    if name.isascii():
        return decode_full_name(unquote(name, encoding="latin-1").encode("latin-1"))
    return check_full_name(unquote(name))
