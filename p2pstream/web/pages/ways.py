"""The ways to a film that are not the page itself: a link, a command, a player, a phone.  Pure."""

from __future__ import annotations

from string import ascii_letters, digits
from urllib.parse import quote

from p2pstream.content.text import printable

__all__ = ["command", "peer_page", "playlist"]

#: Where a peer listens unless it is told otherwise.
_PEER = "http://127.0.0.1:2050"
#: What no shell takes for anything but itself.
_SAFE = frozenset(ascii_letters + digits + "_@%+=:,./-")


def command(central: str, name: str) -> str:
    """What plays it, typed into a shell."""
    return f"p2p-play {_quoted(central)} {_quoted(name)}"


def _quoted(word: str) -> str:
    """One word for a POSIX shell; what begins with a dash would be an option."""
    if word and set(word) <= _SAFE and not word.startswith("-"):
        return word
    return ("-- " if word.startswith("-") else "") + "'" + word.replace("'", "'\"'\"'") + "'"


def peer_page(central: str, name: str) -> str:
    """The page of the film on the viewer's own peer."""
    return f"{_PEER}/watch/{quote(central, safe=':,[]')}/{quote(name, safe='')}"


def playlist(name: str, address: str) -> bytes:
    """An extended M3U with one film.

    There is no other address of it in there: a player would show each, one film after the other.
    """
    # What is printable has no line of its own.
    return f"#EXTM3U\n#EXTINF:-1,{printable(name)}\n{address}\n".encode()
