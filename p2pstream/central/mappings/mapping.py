"""The central's table: names and who has them, as ``fileToIP.txt`` writes it.  Pure.

::

    # a comment
    film.mp4 192.0.2.7 192.0.2.8
    film.mp4 192.0.2.9:2051             a name may have several lines
    "two words.mkv" [2001:db8::7]:2050  # quotes for a name with blanks, ' or "
"""

from __future__ import annotations

import re
from collections.abc import Mapping as AddressesByName
from dataclasses import dataclass, field

from p2pstream.content.addresses import PEER_PORT, Address
from p2pstream.content.names import check_name
from p2pstream.content.text import printable
from p2pstream.errors import BadAddress, BadName
from p2pstream.limits import LIMITS, Limits
from p2pstream.values import value

__all__ = ["BadLine", "Mapping", "parse"]

_NAME = re.compile(r"""(?:"([^"]*)"|'([^']*)'|([^"'].*?))(?:[ \t]+|$)""")
_BLANK = " \t\r"


@value
class BadLine:
    """A line that was skipped: its number, from 1, and why, fit to print."""

    number: int
    why: str


@dataclass(frozen=True)
class Mapping:
    """What a mapping file says.

    :ivar addresses: for each name who has it, in the order of the file, each once.
    :ivar bad: the first lines that were skipped.
    :ivar bad_count: how many were skipped in all.
    """

    addresses: AddressesByName[str, tuple[Address, ...]] = field(default_factory=dict)
    bad: tuple[BadLine, ...] = ()
    bad_count: int = 0


def parse(content: bytes, limits: Limits = LIMITS) -> Mapping:
    """Read the whole of a mapping file; any bytes will do, and bad lines are skipped."""
    found: dict[str, dict[Address, None]] = {}
    bad: list[BadLine] = []
    bad_count = 0
    for number, line in enumerate(content.removeprefix(b"\xef\xbb\xbf").split(b"\n"), 1):
        try:
            _take(found, line, limits)
        except (BadName, BadAddress) as fault:
            bad_count += 1
            if len(bad) < limits.mapping_told:
                bad.append(BadLine(number, str(fault)))
    return Mapping({name: tuple(known) for name, known in found.items()}, tuple(bad), bad_count)


def _take(found: dict[str, dict[Address, None]], line: bytes, limits: Limits) -> None:
    """Add what one line says, or nothing of it."""
    if len(line) > limits.mapping_line_bytes:
        raise BadName(f"it is longer than {limits.mapping_line_bytes} bytes")
    text = _text(line)
    if not text or text.startswith("#"):
        return
    name, rest = _name(text)
    known = {**found.get(name, {}), **dict.fromkeys(_addresses(name, rest))}
    if len(known) > limits.mapping_addresses:
        raise BadAddress(f"{printable(name, 80)} has more than {limits.mapping_addresses} addresses")
    if name not in found and len(found) == limits.mapping_names:
        raise BadName(f"there are {limits.mapping_names} names before it, and no more are taken")
    found[name] = known


def _text(line: bytes) -> str:
    try:
        return line.decode("utf-8").strip(_BLANK)
    except UnicodeDecodeError:
        raise BadName(f"“{printable(line, 80)}” is not UTF-8") from None


def _name(text: str) -> tuple[str, str]:
    """The name that a line begins with, and the rest of the line."""
    found = _NAME.match(text)
    if not found:
        raise BadName(f"the quotes in “{printable(text, 80)}” do not close around a name")
    return check_name(found[1] or found[2] or found[3] or ""), text[found.end() :]


def _addresses(name: str, rest: str) -> list[Address]:
    """The addresses behind a name, up to a comment."""
    addresses: list[Address] = []
    for word in rest.split():
        if word.startswith("#"):
            break
        address = Address.parse(word, PEER_PORT)
        if address.ip is None:
            raise BadAddress(f"“{printable(word, 80)}” is a host name; write its IP address")
        if not address.is_dialable:
            raise BadAddress(f"“{printable(word, 80)}” is no single peer's address")
        addresses.append(address)
    if not addresses:
        raise BadAddress(f"there is no address behind “{printable(name, 80)}”")
    return addresses
