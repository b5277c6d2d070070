"""What is searched for, as control points write it (ContentDirectory:1, section 2.5.5).  Pure.

::

    criteria = "*" | any
    any      = all ("or" all)*
    all      = one ("and" one)*
    one      = "(" any ")" | property relation "quoted" | property "exists" ("true" | "false")
    relation = "=" | "!=" | "<" | "<=" | ">" | ">=" | "contains" | "doesNotContain" | "derivedfrom"
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

from p2pstream.limits import LIMITS, Limits
from p2pstream.web.dlna.soap import UpnpFault

__all__ = ["Criteria", "Properties", "read_criteria"]

#: What an entry has: ``dc:title``, ``upnp:class``, ``@id`` and so on.
Properties: TypeAlias = Mapping[str, str]
#: Whether an entry is one of those that are searched for.
Criteria: TypeAlias = Callable[[Properties], bool]

_UNSUPPORTED = 708
_TOKEN = re.compile(
    r"""\s*(?:"(?P<text>(?:[^"\\]|\\.)*)"|(?P<mark>[()*]|[<>!]?=|[<>])|(?P<word>[\w:@.\[\]]+))""", re.DOTALL
)
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)
_ORDERS: dict[str, Callable[[Any, Any], bool]] = {
    "=": operator.eq,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


def read_criteria(text: str, limits: Limits = LIMITS) -> Criteria:
    """What ``text`` says.

    :raises UpnpFault: it says nothing that could be understood.
    """
    if len(text.encode("utf-8", "replace")) > limits.dlna_criteria_bytes:
        raise UpnpFault(_UNSUPPORTED, "nobody searches at such length")
    reader = _CriteriaReader(text, limits)
    criteria = reader.any(0)
    if reader.next is not None:
        raise UpnpFault(_UNSUPPORTED, "something follows where the criteria end")
    return criteria


class _CriteriaReader:
    """Goes through the words, one after the other."""

    def __init__(self, text: str, limits: Limits) -> None:
        self._text = text.strip()
        self._at = 0
        self._limits = limits
        #: A kind ("text", "mark" or "word") and what it is; None at the end.
        self.next: tuple[str, str] | None = None
        self._advance()

    def any(self, depth: int) -> Criteria:
        """One of several, or all of which one holds."""
        if depth > self._limits.dlna_criteria_depth:
            raise UpnpFault(_UNSUPPORTED, "nobody needs so many parentheses")
        several = [self._all(depth)]
        while self._takes("word", "or"):
            several.append(self._all(depth))
        return several[0] if len(several) == 1 else lambda has: any(each(has) for each in several)

    def _all(self, depth: int) -> Criteria:
        several = [self._one(depth)]
        while self._takes("word", "and"):
            several.append(self._one(depth))
        return several[0] if len(several) == 1 else lambda has: all(each(has) for each in several)

    def _one(self, depth: int) -> Criteria:
        if self._takes("mark", "*"):
            return lambda has: True
        if self._takes("mark", "("):
            inner = self.any(depth + 1)
            if not self._takes("mark", ")"):
                raise UpnpFault(_UNSUPPORTED, "a parenthesis is not closed")
            return inner
        name = self._take("word")
        if self._takes("word", "exists"):
            wanted = self._take("word").lower() == "true"
            return lambda has: (name in has) is wanted
        relation = self.next[1] if self.next is not None and self.next[0] != "text" else ""
        self._advance()
        return _related(name, relation, self._take("text"))

    def _takes(self, kind: str, what: str) -> bool:
        """Whether that is next; it is passed then."""
        found = self.next is not None and self.next[0] == kind and self.next[1].lower() == what
        if found:
            self._advance()
        return found

    def _take(self, kind: str) -> str:
        if self.next is None or self.next[0] != kind:
            raise UpnpFault(_UNSUPPORTED, f"a {kind} is missing in the criteria")
        what = self.next[1]
        self._advance()
        return what

    def _advance(self) -> None:
        if self._at == len(self._text):
            self.next = None
            return
        found = _TOKEN.match(self._text, self._at)
        if found is None or found.lastgroup is None:
            raise UpnpFault(_UNSUPPORTED, "the criteria are not as such are written")
        self._at = found.end()
        what = found[found.lastgroup]
        self.next = (found.lastgroup, _ESCAPED.sub(r"\1", what) if found.lastgroup == "text" else what)


def _related(name: str, relation: str, wanted: str) -> Criteria:
    """A property in a relation to a value; letters count alike, large and small."""
    folded = wanted.casefold()
    if relation == "!=":
        return _absent(_related(name, "=", wanted))
    if relation.lower() == "doesnotcontain":
        return _absent(_related(name, "contains", wanted))
    if relation.lower() == "contains":
        return lambda has: name in has and folded in has[name].casefold()
    if relation.lower() == "derivedfrom":
        return lambda has: name in has and f"{has[name].casefold()}.".startswith(f"{folded}.")
    order = _ORDERS.get(relation)
    if order is None:
        raise UpnpFault(_UNSUPPORTED, "there is no such relation")
    return lambda has: name in has and order(*_comparable(has[name].casefold(), folded))


def _absent(criteria: Criteria) -> Criteria:
    return lambda has: not criteria(has)


def _comparable(one: str, other: str) -> tuple[object, object]:
    """Both as numbers, where they are."""
    if all(each.isascii() and each.isdecimal() and len(each) < 20 for each in (one, other)):
        return int(one), int(other)
    return one, other
