"""Names of which the owner can be seen: ``~<public key, 52 characters>/name``.

Nobody else can sign for such a name, whatever a central says.
"""

from __future__ import annotations

import re

from p2pstream.content.keys import from_base32, to_base32
from p2pstream.content.names import check_name
from p2pstream.content.signing import check_id
from p2pstream.content.text import printable
from p2pstream.errors import BadKey, BadName

__all__ = ["check_full_name", "decode_full_name", "is_namespace", "own_name", "split_name"]

_FORM = re.compile(r"~(?P<public>[^/]*)/(?P<name>.*)", re.DOTALL)
_SPACE = re.compile(rb"~[a-z2-7]{52}")


def is_namespace(received: bytes) -> bool:
    """Whether that is what stands before the slash of such names, and of no others."""
    return _SPACE.fullmatch(received) is not None


def own_name(public: bytes, name: str) -> str:
    """The name in the namespace of a public key.

    :raises BadName: no stream can have that name.
    """
    return f"~{to_base32(check_id(public))}/{check_name(name)}"


def split_name(text: str) -> tuple[bytes | None, str]:
    """The public key whose namespace a name is in, None for none, and its last component.

    :raises BadName: one line that says which rule it breaks.
    """
    found = _FORM.fullmatch(text)
    if found is None:
        return None, check_name(text)
    try:
        return check_id(from_base32(found["public"])), check_name(found["name"])
    except BadKey as fault:
        raise BadName(f"“{printable(text, 80)}” is in nobody's namespace: {fault}") from None


def check_full_name(text: str) -> str:
    """Return ``text`` if a record may have that name, in a namespace or not.

    :raises BadName: one line that says which rule it breaks.
    """
    split_name(text)
    return text


def decode_full_name(received: bytes) -> str:
    """The same of bytes, which came from a stranger.

    :raises BadName: not UTF-8, or not what `check_full_name` allows.
    """
    try:
        return check_full_name(received.decode("utf-8"))
    except UnicodeDecodeError:
        raise BadName(f"“{printable(received, 80)}” cannot be a name: it is not UTF-8") from None
