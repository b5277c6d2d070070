"""From what a request says to an `ApiCall`.  Pure."""

from __future__ import annotations

import json
import types
from collections.abc import Mapping, Sequence
from typing import Any, get_args, get_origin

from p2pstream.content.text import printable
from p2pstream.errors import UsageError
from p2pstream.web.api.operations import Operation, Parameter

__all__ = ["parse_body", "parse_query"]


def parse_query(parameters: Sequence[Parameter], given: Mapping[bytes, Sequence[bytes]]) -> dict[str, Any]:
    """Every parameter, with what was given or its default.

    :raises UsageError: one is unknown, is there twice, or is not of its kind.
    """
    known = {parameter.name.encode("ascii"): parameter for parameter in parameters}
    for name, values in given.items():
        if name not in known:
            raise UsageError(f"there is no parameter “{printable(name, 40)}”")
        if len(values) != 1:
            raise UsageError(f"“{printable(name, 40)}” is given {len(values)} times")
    return {each.name: _value(each, given.get(each.name.encode("ascii"))) for each in parameters}


def _value(parameter: Parameter, given: Sequence[bytes] | None) -> Any:
    if given is None:
        return parameter.default
    try:
        text = given[0].decode("utf-8")
    except UnicodeDecodeError:
        raise UsageError(f"“{parameter.name}” is not UTF-8") from None
    if parameter.kind is str:
        return text
    # More digits than any bound has are not worth reading.
    if text.isascii() and text.isdecimal() and len(text) < 10 and _within(parameter, int(text)):
        return int(text)
    raise UsageError(f"“{parameter.name}” is a number from {parameter.least} to {parameter.most}")


def _within(parameter: Parameter, number: int) -> bool:
    return parameter.least <= number <= parameter.most


def parse_body(operation: Operation, raw: bytes) -> dict[str, Any]:
    """The JSON object that came with it.

    :raises UsageError: it is none, or its fields are not what the operation says.
    """
    body = _object(raw) if operation.body else {}
    for name, value in body.items():
        if name not in operation.body:
            raise UsageError(f"there is no field “{printable(name, 40)}”")
        if not _fits(value, operation.body[name]):
            raise UsageError(f"“{name}” is not {_said(operation.body[name])}")
    for name in operation.body:
        if name not in body and name not in operation.optional:
            raise UsageError(f"the field “{name}” is missing")
    return {name: _plain(value) for name, value in body.items()}


def _plain(value: Any) -> Any:
    """A whole number may be written with a point (JSON Schema 2020-12, 6.1.1)."""
    return int(value) if isinstance(value, float) else value


def _object(raw: bytes) -> dict[str, Any]:
    try:
        body = json.loads(raw)
    except (ValueError, RecursionError):
        raise UsageError("what came with it is not JSON") from None
    if not isinstance(body, dict):
        raise UsageError("what came with it is not a JSON object")
    return body


def _fits(value: Any, kind: Any) -> bool:
    if get_origin(kind) is types.UnionType:
        return any(_fits(value, each) for each in get_args(kind))
    if kind is int:
        # To Python true is a number.
        whole = isinstance(value, int) or (isinstance(value, float) and value.is_integer())
        return whole and not isinstance(value, bool) and 0 <= value < 2**53
    return isinstance(value, kind)


def _said(kind: Any) -> str:
    if get_origin(kind) is types.UnionType:
        return " or ".join(map(_said, get_args(kind)))
    names = {str: "a text", int: "a whole number", bool: "true or false", type(None): "null"}
    return names[kind]
