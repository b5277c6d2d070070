"""Values as JSON, and what JSON schema says of them.  Pure.

A dataclass becomes an object of its fields, `Ranges` a list of pairs, an enumeration its value, or
its name where that is a number.  What a schema says is made of the same type hints, so that the
two cannot part.
"""

from __future__ import annotations

import dataclasses
import json
import types
from collections.abc import Mapping
from enum import Enum, IntEnum
from functools import cache
from typing import Any, get_args, get_origin, get_type_hints

from p2pstream.content.ranges import Ranges

__all__ = ["coarse", "encode", "schema", "schemas", "shape"]

#: Of a set of ranges no more than these are told; a film with more holes is shown with fewer.
_RANGES = 64
_PLAIN: Mapping[Any, dict[str, Any]] = {
    str: {"type": "string"},
    bool: {"type": "boolean"},
    int: {"type": "integer"},
    float: {"type": "number"},
}


def coarse(ranges: Ranges, most: int = _RANGES) -> Ranges:
    """The same, but that the narrowest gaps are left out until there are no more than ``most`` ranges."""
    spans = list(ranges)
    if len(spans) <= most:
        return ranges
    gaps = sorted(range(1, len(spans)), key=lambda at: spans[at][0] - spans[at - 1][1])
    closed = [(spans[at - 1][1], spans[at][0]) for at in gaps[: len(spans) - most]]
    return Ranges(sorted([*spans, *closed]))


def shape(value: Any) -> Any:
    """What `json` can write."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {name: shape(getattr(value, name)) for name in _names(type(value))}
    if isinstance(value, Ranges):
        return [list(span) for span in coarse(value)]
    if isinstance(value, Enum):
        return value.name.lower() if isinstance(value, IntEnum) else value.value
    if isinstance(value, list | tuple):
        return [shape(each) for each in value]
    if isinstance(value, dict):
        return {name: shape(each) for name, each in value.items()}
    return value


def encode(value: Any) -> bytes:
    """It as JSON in ASCII, so that nothing in it acts on whatever shows it."""
    return json.dumps(shape(value), separators=(",", ":"), allow_nan=False).encode("ascii")


@cache
def _names(kind: type) -> tuple[str, ...]:
    """The fields of a dataclass, and what it makes of them."""
    made = (name for name, each in vars(kind).items() if isinstance(each, property))
    return (*(each.name for each in dataclasses.fields(kind)), *made)


def schema(kind: Any) -> dict[str, Any]:
    """What values of that type look like; dataclasses are referred to, see `schemas`."""
    if kind in _PLAIN:
        return dict(_PLAIN[kind])
    if kind is Ranges:
        pair = {"type": "array", "items": {"type": "integer"}, "minItems": 2, "maxItems": 2}
        return {"type": "array", "items": pair, "maxItems": _RANGES}
    if isinstance(kind, type) and issubclass(kind, Enum):
        return {"type": "string", "enum": [shape(each) for each in kind]}
    if dataclasses.is_dataclass(kind):
        return {"$ref": f"#/components/schemas/{kind.__name__}"}  # type: ignore[union-attr]
    if get_origin(kind) is types.UnionType:
        (other,) = (each for each in get_args(kind) if each is not type(None))
        return {"anyOf": [schema(other), {"type": "null"}]}
    inner, *_ = get_args(kind)
    return {"type": "array", "items": schema(inner)}


def schemas(kinds: list[Any]) -> dict[str, Any]:
    """Of each dataclass among these, and in them, what it looks like, by its name."""
    found: dict[str, Any] = {}
    left = list(kinds)
    while left:
        kind = left.pop()
        left += get_args(kind)
        if dataclasses.is_dataclass(kind) and kind.__name__ not in found:  # type: ignore[union-attr]
            hints = _hints(kind)
            left += hints.values()
            found[kind.__name__] = {  # type: ignore[union-attr]
                "type": "object",
                "description": (kind.__doc__ or "").partition("\n")[0],
                "properties": {name: schema(hint) for name, hint in hints.items()},
                "required": list(hints),
            }
    return dict(sorted(found.items()))


def _hints(kind: Any) -> dict[str, Any]:
    hints = get_type_hints(kind)
    return {
        name: hints[name] if name in hints else get_type_hints(getattr(kind, name).fget)["return"]
        for name in _names(kind)
    }
