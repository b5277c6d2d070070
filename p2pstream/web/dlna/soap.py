"""Actions, as UPnP asks for them: a little XML in a POST (UPnP Device Architecture 1.1, section 3).  Pure.

A document type may declare entities, which grow a thousandfold when they are expanded, or name
files and addresses; no control point sends one, so none is read.  What is left of XML are elements,
text, and five entities of one character.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from html import escape
from xml.parsers.expat import ExpatError, ParserCreate

from p2pstream.limits import LIMITS, Limits

__all__ = ["Action", "UpnpFault", "answer_xml", "fault_xml", "read_action"]

_ENVELOPE = "http://schemas.xmlsoap.org/soap/envelope/"
#: Envelope, body, action, argument.
_DEPTH = 4
_DECLARATION = '<?xml version="1.0" encoding="utf-8"?>\n'


class UpnpFault(Exception):
    """An action cannot be done; `code` is UPnP's."""

    def __init__(self, code: int, said: str) -> None:
        super().__init__(said)
        self.code = code


@dataclass(frozen=True)
class Action:
    """What is to be done, by which service."""

    service: str
    name: str
    arguments: dict[str, str] = field(default_factory=dict)

    def text(self, argument: str) -> str:
        """An argument.

        :raises UpnpFault: there is none.
        """
        if argument not in self.arguments:
            raise UpnpFault(402, f"{argument} is missing")
        return self.arguments[argument]

    def number(self, argument: str) -> int:
        """One that is a number, none of which is below zero.

        :raises UpnpFault: it is none.
        """
        text = self.text(argument).strip()
        if not (text.isascii() and text.isdecimal() and len(text) <= 10):
            raise UpnpFault(402, f"{argument} is no number")
        return int(text)


def read_action(body: bytes, limits: Limits = LIMITS) -> Action:
    """The action in a request.

    :raises UpnpFault: it has none, or is not as such requests are.
    """
    if len(body) > limits.dlna_action_bytes:
        raise UpnpFault(402, "nobody asks at such length")
    reader = _ActionReader(limits)
    try:
        reader.parser.Parse(body, True)
    except (ExpatError, ValueError, LookupError):
        raise UpnpFault(402, "it is no XML") from None
    if reader.action is None:
        raise UpnpFault(401, "there is no action in it")
    return reader.action


class _ActionReader:
    """Follows the elements of one document."""

    def __init__(self, limits: Limits) -> None:
        self.action: Action | None = None
        self.parser = ParserCreate(namespace_separator=" ")
        self.parser.buffer_text = True
        self.parser.StartDoctypeDeclHandler = self._refuse
        self.parser.StartElementHandler = self._begin
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._text
        self._limits = limits
        self._open: list[str] = []

    def _refuse(self, *_: object) -> None:
        raise UpnpFault(402, "a document type is not read")

    def _begin(self, name: str, attributes: dict[str, str]) -> None:
        depth = len(self._open)
        if depth >= _DEPTH:
            raise UpnpFault(402, "it goes deeper than arguments do")
        if depth < 2 and name != f"{_ENVELOPE} {('Envelope', 'Body')[depth]}":
            # A header is for others.
            name = ""
        self._open.append(name)
        if not all(self._open):
            return
        space, _, local = name.rpartition(" ")
        if depth == 2:
            if self.action is not None:
                raise UpnpFault(402, "it has two actions")
            self.action = Action(space, local)
        elif depth == 3 and self.action is not None:
            self._add(local)

    def _add(self, argument: str) -> None:
        assert self.action is not None
        arguments = self.action.arguments
        if argument in arguments or len(arguments) >= self._limits.dlna_arguments:
            raise UpnpFault(402, "it has an argument twice, or too many")
        arguments[argument] = ""

    def _text(self, text: str) -> None:
        if len(self._open) == _DEPTH and all(self._open) and self.action is not None:
            argument = self._open[-1].rpartition(" ")[2]
            self.action.arguments[argument] += text

    def _end(self, _: str) -> None:
        self._open.pop()


def answer_xml(action: Action, results: Iterable[tuple[str, str]]) -> bytes:
    """What an action is answered with."""
    said = "".join(f"<{name}>{escape(value)}</{name}>" for name, value in results)
    name = f"u:{action.name}Response"
    return _envelope(f'<{name} xmlns:u="{escape(action.service)}">{said}</{name}>')


def fault_xml(fault: UpnpFault) -> bytes:
    """What one is answered with that cannot be done; the status is 500."""
    return _envelope(
        "<s:Fault><faultcode>s:Client</faultcode><faultstring>UPnPError</faultstring><detail>"
        '<UPnPError xmlns="urn:schemas-upnp-org:control-1-0">'
        f"<errorCode>{fault.code}</errorCode><errorDescription>{escape(str(fault))}</errorDescription>"
        "</UPnPError></detail></s:Fault>"
    )


def _envelope(body: str) -> bytes:
    return (
        f'{_DECLARATION}<s:Envelope xmlns:s="{_ENVELOPE}" '
        's:encodingStyle="http://schemas.xmlsoap.org/soap/encoding/">'
        f"<s:Body>{body}</s:Body></s:Envelope>\n"
    ).encode()
