"""``.. interfaces:: module``: every zope interface that a module exports, with its docstrings.

autodoc knows classes, and an interface is none.
"""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from inspect import cleandoc
from textwrap import indent

from docutils import nodes
from docutils.statemachine import StringList
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective
from zope.interface.interface import Attribute, InterfaceClass, Method

STEP = "   "


class Interfaces(SphinxDirective):
    """Writes what autodoc would, and has it parsed."""

    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        """Parse the text for the whole module."""
        module = import_module(self.arguments[0])
        seams = (getattr(module, name) for name in module.__all__)
        text = "\n".join(page(seam) for seam in seams if isinstance(seam, InterfaceClass))
        box = nodes.container()
        box.document = self.state.document
        self.state.nested_parse(StringList(text.splitlines(), self.arguments[0]), 0, box)
        return list(box.children)


def page(seam: InterfaceClass) -> str:
    """One interface, its attributes and methods in the order of the source."""
    bases = ", ".join(base.__name__ for base in seam.__bases__ if base.__name__ != "Interface")
    head = f".. py:class:: {seam.__name__}({bases})" if bases else f".. py:class:: {seam.__name__}"
    body = "\n".join([cleandoc(seam.__doc__ or ""), "", *members(seam)])
    return f"{head}\n\n{indent(body, STEP)}\n"


def members(seam: InterfaceClass) -> Iterator[str]:
    """What the interface itself asks for, not what it has from its bases."""
    for name, member in seam.namesAndDescriptions():
        yield f".. {kind(member)}:: {name}{signature(member)}\n"
        yield indent(cleandoc(member.__doc__ or ""), STEP) + "\n"


def kind(member: Attribute) -> str:
    """Which directive describes it."""
    return "py:method" if isinstance(member, Method) else "py:attribute"


def signature(member: Attribute) -> str:
    """``(consumer, start=0, stop=None)``; nothing for an attribute."""
    return member.getSignatureString() if isinstance(member, Method) else ""


def setup(app: Sphinx) -> dict[str, bool]:
    """Tell Sphinx about the directive."""
    app.add_directive("interfaces", Interfaces)
    return {"parallel_read_safe": True}
