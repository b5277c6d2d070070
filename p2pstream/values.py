"""Kinds of values: frozen dataclasses, of which the program declares hundreds and makes a few dozen.

The standard library writes and compiles six methods for every dataclass as it is declared, which was a
quarter of what it cost to start a program.  Here a kind becomes a dataclass when its first value is made,
or somebody asks for its fields or its signature, and only its ``__init__`` is compiled: in the first
moments of a transfer a dozen kinds are met, and somebody waits.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import MISSING, FrozenInstanceError, dataclass, fields
from inspect import get_annotations
from operator import attrgetter
from threading import RLock
from typing import Any, TypeVar, dataclass_transform

__all__ = ["make_ready", "value"]

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


def make_ready(kinds: Iterable[type]) -> None:
    """Make dataclasses of these that are none yet: nobody waits now, and will when the first is met."""
    for kind in kinds:
        if isinstance(vars(kind).get("__init__"), _Later):
            _complete(kind)


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


def _complete(kind: Any) -> None:
    """Make a dataclass of it, unless somebody else has by now."""
    with _completing:
        if not isinstance(vars(kind)["__init__"], _Later):
            return
        if kind.__doc__ is None:
            # Else it would be made of the signature, which asks for what is being made.
            kind.__doc__ = kind.__name__
        _declare(kind)
        _freeze(kind)
        _show_and_compare(kind)
        # Last: at no time is there none, whoever makes values meanwhile.
        kind.__init__ = _init(kind)


def _declare(kind: Any) -> None:
    """Have the fields, and what finds them.

    The standard library says which they are of a class that has nothing else and derives from nothing: for
    one that is frozen, or derives from such a one, it would compile functions.
    """
    own, there = get_annotations(kind), vars(kind)
    said = {name: there[name] for name in (*own, "__module__", "__doc__") if name in there}
    bare: Any = type(kind.__name__, (), {**said, "__annotations__": own})
    dataclass(init=False, repr=False, eq=False)(bare)
    inherited: dict[str, Any] = {}
    for base in reversed(kind.__mro__[1:]):
        inherited |= getattr(base, "__dataclass_fields__", {})
    kind.__dataclass_fields__ = inherited | bare.__dataclass_fields__
    kind.__match_args__ = tuple(field.name for field in fields(kind))  # type: ignore[misc]
    # Where a default was said with `dataclasses.field`, it is the class's now.
    for name in ("__dataclass_params__", "__replace__", *own):
        if name in vars(bare):
            setattr(kind, name, vars(bare)[name])
        elif name in there:
            delattr(kind, name)
    kind.__dataclass_params__.frozen = True


def _init(kind: type) -> Callable[..., None]:
    """What sets the fields, which is too often called for anything but a function of its own."""
    named = fields(kind)
    lines = [f"def __init__(self, {', '.join(field.name for field in named)}):"]
    lines += [f" _set(self, {field.name!r}, {field.name})" for field in named]
    lines.append(" self.__post_init__()" if hasattr(kind, "__post_init__") else " pass")
    made: dict[str, Any] = {"_set": object.__setattr__}
    exec("\n".join(lines), made)
    init = made["__init__"]
    init.__defaults__ = tuple(field.default for field in named if field.default is not MISSING)
    init.__annotations__ = {field.name: field.type for field in named} | {"return": None}
    init.__module__, init.__qualname__ = kind.__module__, f"{kind.__qualname__}.__init__"
    return init  # type: ignore[no-any-return]


def _freeze(kind: Any) -> None:
    """Let nothing change in its values."""

    def frozen(value: Any, name: str) -> bool:
        return type(value) is kind or name in kind.__dataclass_fields__

    def set_attribute(self: Any, name: str, value: Any) -> None:
        if frozen(self, name):
            raise FrozenInstanceError(f"cannot assign to field {name!r}")
        super(kind, self).__setattr__(name, value)

    def delete_attribute(self: Any, name: str) -> None:
        if frozen(self, name):
            raise FrozenInstanceError(f"cannot delete field {name!r}")
        super(kind, self).__delattr__(name)

    kind.__setattr__, kind.__delattr__ = set_attribute, delete_attribute


def _show_and_compare(kind: Any) -> None:
    """What a kind does not say itself: how a value is written, which are equal, and their hash."""
    compared = [field.name for field in fields(kind) if field.compare]
    content = attrgetter(*compared) if compared else _nothing

    def is_equal(self: Any, other: object) -> Any:
        return content(self) == content(other) if other.__class__ is self.__class__ else NotImplemented

    def hash_of(self: Any) -> int:
        return hash(content(self))

    own = vars(kind)
    if "__repr__" not in own:
        kind.__repr__ = _written
    if "__eq__" not in own:
        kind.__eq__ = is_equal
    if own.get("__hash__") is None:
        kind.__hash__ = hash_of


def _written(self: Any) -> str:
    said = (f"{field.name}={getattr(self, field.name)!r}" for field in fields(self) if field.repr)
    return f"{type(self).__qualname__}({', '.join(said)})"


def _nothing(_: object) -> tuple[()]:
    return ()
