"""HTML and SVG, built of values: what is no `Markup` is text, and is escaped.  Pure.

There are no templates, so there is no place in one at which to forget it.  Attributes
that run something (``onclick``, ``style``, ``srcdoc``) cannot be written, and those that lead
somewhere take only ways that our pages go.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from html import escape
from typing import TypeAlias

__all__ = ["DOCTYPE", "Child", "Markup", "joined", "spelled", "tag"]

_LEADING = frozenset({"action", "formaction", "href", "poster", "src"})
_WAYS = ("/", "#", "?", "http://", "https://", "p2pstream://")
_BARRED = frozenset({"style", "srcdoc", "srcset", "background", "ping", "http-equiv"})
#: Where a word of a file's name ends; nothing of what escapes look like.
_ENDS = re.compile(r"(?<=\w)[._-]+(?=\w)")
_EMPTY = frozenset(["br", "hr", "img", "input", "link", "meta", "source", "track", "wbr"])


class Markup(str):
    """Text that is HTML already."""

    __slots__ = ()


DOCTYPE = Markup("<!DOCTYPE html>\n")

#: What can stand in an element; None, and an empty sequence, is nothing.
Child: TypeAlias = "str | int | Iterable[Child] | None"
Value: TypeAlias = "str | int | float | bool | None"


def joined(children: Child) -> Markup:
    """All of them, one after the other, as they stand in HTML."""
    if children is None:
        return Markup("")
    if isinstance(children, Markup):
        return children
    if isinstance(children, str | int):
        return Markup(escape(str(children), quote=False))
    return Markup("".join(map(joined, children)))


def _attribute(name: str, value: Value) -> str:
    """``class_`` is class, ``aria_label`` is aria-label; True stands bare, None and False are left out.

    :raises ValueError: it would run something, or lead where no page of ours leads.
    """
    name = name.removesuffix("_").replace("_", "-")
    if value is None or value is False:
        return ""
    if name in _BARRED or name.startswith("on"):
        raise ValueError(f"no page of ours has the attribute {name}")
    if value is True:
        return f" {name}"
    if name in _LEADING and not _goes(str(value)):
        raise ValueError(f"no page of ours leads to {value!r}")
    return f' {name}="{escape(str(value))}"'


def _goes(way: str) -> bool:
    # Two slashes, and whatever a browser takes for one, begin another host.
    return way.startswith(_WAYS) and not (way.startswith("/") and way[1:2] in ("/", "\\", "\t", "\n", "\r"))


class _Tags:
    """`tag.a("text", href="/")` is an element; so is every other attribute of `tag`."""

    def __getattr__(self, name: str) -> Callable[..., Markup]:
        name = name.rstrip("_").replace("_", "-")

        def element(*children: Child, **attributes: Value) -> Markup:
            opened = f"<{name}{''.join(_attribute(*pair) for pair in attributes.items())}>"
            return Markup(opened if name in _EMPTY else f"{opened}{joined(children)}</{name}>")

        # The next time it is there.
        self.__dict__[name] = element
        return element


tag = _Tags()


def spelled(name: str) -> Markup:
    """A stranger's name: it keeps its direction to itself, and may be broken where its words end."""
    return tag.bdi(Markup(_ENDS.sub("\\g<0><wbr>", joined(name))))
