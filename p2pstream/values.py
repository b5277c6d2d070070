"""Kinds of values: frozen dataclasses, of which the program declares hundreds and makes a few dozen.

The standard library writes and compiles six methods for every dataclass as it is declared, which was a
quarter of what it cost to start a program.  Here it does so when the first value of a kind is made, or
somebody asks for its fields or its signature; from then on it is a dataclass like any other.
"""

from __future__ import annotations

from dataclasses import dataclass
from threading import RLock
from typing import Any, TypeVar, dataclass_transform

__all__ = ["value"]

_Kind = TypeVar("_Kind", bound=type)

#: What a kind has from the beginning, and a dataclass has as well.
_NAMES = ("__init__", "__dataclass_fields__", "__match_args__")

#: Values are made in threads, too.
_completing = RLock()


@dataclass_transform(frozen_default=True)
def value(kind: _Kind) -> _Kind:
    """Make a frozen dataclass of this class, once it is needed.

    For classes whose fields are bare, or have a plain default, and which bring no ``__init__``.  What is
    wrong with one is said when it is needed; kinds may derive from each other and from dataclasses, and
    dataclasses from them.
    """
    for name in _NAMES:
        setattr(kind, name, _Later(kind, name))
    return kind


class _Later:
    """An attribute that a kind has once it is a dataclass; whoever asks for it has that done."""

    __slots__ = ("_kind", "_name")

    def __init__(self, kind: type, name: str) -> None:
        self._kind = kind
        self._name = name

    def __get__(self, made: Any, kind: type) -> Any:
        _complete(self._kind)
        # As if it had been there: to whatever that is asked of, `inspect` binds it to the kind itself.
        there = vars(self._kind)[self._name]
        return there.__get__(made, kind) if hasattr(there, "__get__") else there


def _complete(kind: type) -> None:
    """Make a dataclass of it, unless somebody else has by now."""
    with _completing:
        if not isinstance(vars(kind)["__init__"], _Later):
            return
        del kind.__match_args__  # type: ignore[attr-defined]
        if kind.__doc__ is None:
            # Else it would be made of the signature, which asks for what is being made.
            kind.__doc__ = kind.__name__
        dataclass(frozen=True, init=False)(kind)
        # That of a dataclass which adds nothing: at no time is there none, whoever makes values meanwhile.
        same = type(
            kind.__name__, (kind,), {"__qualname__": kind.__qualname__, "__module__": kind.__module__}
        )
        kind.__init__ = vars(dataclass(frozen=True, repr=False, eq=False)(same))["__init__"]  # type: ignore[misc]
