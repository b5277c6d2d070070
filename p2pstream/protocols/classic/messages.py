"""What the ancestor puts on the wire: a bare name, and 100 bytes that list addresses.  Pure.

A reply is the list ``"10.0.0.1 10.0.0.2 "`` written over the start of the buffer that
the name arrived in.  So whatever of the name is longer than the list still stands
behind it, and a name that nobody has comes back as it was sent.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterable, Iterator

from p2pstream.content import names
from p2pstream.content.addresses import PEER_PORT, Address
from p2pstream.content.text import printable
from p2pstream.errors import BadAddress, BadName
from p2pstream.limits import LIMITS, Limits
from p2pstream.values import value

__all__ = [
    "AddressList", "Garbage", "Reply", "Unknown", "decode_name", "encode_name", "encode_reply",
    "may_be_name", "parse_reply",
]  # fmt: skip

_TOKEN = re.compile(rb"[^ \0]+")
_TEXT = re.compile(rb"[^\x00-\x1f\x7f]*(?:\r?\n?|\0+)")


@value
class AddressList:
    """A central's answer: who has the stream, best first, each once."""

    addresses: tuple[Address, ...]


@value
class Unknown:
    """A central's answer: it knows nobody who has the stream."""


@value
class Garbage:
    """What came back is no central's answer."""

    #: What is wrong with it, in our own words: none of its bytes, which may be of anything.
    why: str


Reply = AddressList | Unknown | Garbage


def encode_name(name: str, limits: Limits = LIMITS) -> bytes:
    """The bytes that ask for ``name``: no terminator, and never enough to kill an ancestor.

    :raises BadName: no stream can be called that, or it is too long for this protocol.
    """
    asked = names.check_name(name).encode("utf-8")
    most = limits.classic_sent_name_bytes
    if len(asked) > most:
        raise BadName(
            f"“{printable(name, 80)}” is too long for the classic protocol: "
            f"it has {len(asked)} bytes, and {most} are the most"
        )
    return asked


def decode_name(asked: bytes) -> str:
    """The name in what a client sent; one line end, or NULs behind it, are dropped.

    :raises BadName: it can be nobody's name.
    """
    return names.decode_name(_without_terminator(asked))


def may_be_name(prefix: bytes, limits: Limits = LIMITS) -> bool:
    """Whether bytes that start so are text, as a name is: UTF-8, no control bytes.

    The last character may be cut, and a terminator may stand at the end.
    """
    if len(prefix) > limits.classic_name_bytes:
        return False
    if not _TEXT.fullmatch(prefix):
        return False
    try:
        codecs.getincrementaldecoder("utf-8")().decode(prefix)
    except UnicodeDecodeError:
        return False
    return True


def encode_reply(addresses: Iterable[Address], limits: Limits = LIMITS) -> bytes:
    """100 bytes: the first whole addresses that fit, each behind it a blank, then NULs.

    An ancestor dials port 2050, knows IPv4 only, and dies of more than 99 bytes of
    text; so nothing else is listed.  No address at all is 100 NULs.
    """
    text = b""
    listed = dict.fromkeys(address.host for address in addresses if _can_be_listed(address))
    for host in list(listed)[: limits.classic_reply_addresses]:
        token = host.encode("ascii") + b" "
        if len(text) + len(token) < limits.classic_reply_bytes:
            text += token
    return text.ljust(limits.classic_reply_bytes, b"\0")


def parse_reply(name: str, reply: bytes, limits: Limits = LIMITS) -> Reply:
    """What ``reply`` says to somebody who asked for ``name``.  Never raises."""
    if not reply:
        return Garbage("it hung up without an answer")
    if len(reply) > limits.classic_reply_bytes:
        return Garbage(f"it sent more than {limits.classic_reply_bytes} bytes, as a peer does")
    text = reply.rstrip(b"\0")
    asked = name.encode("utf-8", "surrogatepass")
    if not text or text == asked:
        return Unknown()
    listed = dict.fromkeys(_listed(text, asked))
    dialable = tuple(address for address in listed if address.is_dialable)
    if dialable:
        return AddressList(dialable)
    if listed:
        return Garbage("it lists only addresses that nobody can have")
    return Garbage("it sent something else than addresses")


def _listed(text: bytes, asked: bytes) -> Iterator[Address]:
    """The addresses at the start of ``text``, up to the first token that is none."""
    for token in _TOKEN.finditer(text):
        place = token.start()
        if text[place:] == asked[place:]:
            return  # the tail of the name, which may look like an address
        try:
            address = Address(token[0].decode("ascii"), PEER_PORT)
        except (BadAddress, UnicodeDecodeError):
            return
        if not address.is_ipv4:
            return
        yield address


def _can_be_listed(address: Address) -> bool:
    return address.is_ipv4 and address.is_dialable and address.port == PEER_PORT


def _without_terminator(asked: bytes) -> bytes:
    if asked.endswith(b"\0"):
        return asked.rstrip(b"\0")
    return asked.removesuffix(b"\n").removesuffix(b"\r") if asked.endswith(b"\n") else asked
