"""The OpenAPI document, made of the table of operations.  Pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from p2pstream.web.api.operations import Operation, Parameter
from p2pstream.web.shapes import schema, schemas
from p2pstream.web.token import HEADER

__all__ = ["document"]

_PROBLEM = {
    "type": "object",
    "description": "What went wrong (RFC 9457).",
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
    },
    "required": ["type", "title", "status", "detail"],
}
_FENCED = (
    "Turned away at the door, with a line of text at most: the Host is none of ours (421), the page of"
    " another site asks, or it does not come from this machine (403)."
)
_TOKEN = {"type": "apiKey", "in": "header", "name": HEADER.decode("ascii")}


def document(role: str, version: str, operations: Sequence[Operation]) -> dict[str, Any]:
    """OpenAPI 3.1 of one role's API."""
    paths: dict[str, Any] = {}
    for operation in operations:
        paths.setdefault(f"/api/v1{operation.path}", {})[operation.method.lower()] = _operation(operation)
    answers = [operation.answer for operation in operations if operation.answer is not None]
    return {
        "openapi": "3.1.0",
        "info": {"title": f"p2pstream {role}", "version": version, "description": _FENCED},
        "paths": paths,
        "components": {
            "schemas": {**schemas(answers), "Problem": _PROBLEM},
            "securitySchemes": {"token": _TOKEN},
        },
    }


def _operation(operation: Operation) -> dict[str, Any]:
    described: dict[str, Any] = {
        "operationId": _id(operation),
        "summary": operation.meaning,
        "responses": {
            ("200" if operation.answer is not None else "204"): _answer(operation),
            "default": _content("What went wrong.", "application/problem+json", "Problem"),
        },
    }
    if parameters := [*_names(operation), *map(_parameter, operation.parameters)]:
        described["parameters"] = parameters
    if operation.body:
        described["requestBody"] = {"required": True, "content": {"application/json": _body(operation)}}
    if operation.changes:
        described["security"] = [{"token": []}]
    return described


def _id(operation: Operation) -> str:
    words = operation.path.replace("{", "").replace("}", "").strip("/").split("/")
    return "_".join([operation.method.lower(), *filter(None, words)])


def _answer(operation: Operation) -> dict[str, Any]:
    if operation.answer is None:
        return {"description": "Done."}
    return {
        "description": "As asked.",
        "content": {"application/json": {"schema": schema(operation.answer)}},
    }


def _content(meaning: str, kind: str, name: str) -> dict[str, Any]:
    return {"description": meaning, "content": {kind: {"schema": {"$ref": f"#/components/schemas/{name}"}}}}


def _body(operation: Operation) -> dict[str, Any]:
    fields = {name: schema(kind) for name, kind in operation.body.items()}
    for name, least in operation.least.items():
        number, *others = fields[name]["anyOf"]
        fields[name] = {"anyOf": [{**number, "minimum": least, "maximum": 2**53 - 1}, *others]}
    needed = [name for name in fields if name not in operation.optional]
    return {
        "schema": {"type": "object", "properties": fields, "required": needed, "additionalProperties": False}
    }


def _names(operation: Operation) -> list[dict[str, Any]]:
    if "{name}" not in operation.path:
        return []
    return [{"name": "name", "in": "path", "required": True, "schema": {"type": "string"}}]


def _parameter(parameter: Parameter) -> dict[str, Any]:
    kind = schema(parameter.kind)
    if parameter.kind is int:
        kind |= {"minimum": parameter.least, "maximum": parameter.most}
    return {
        "name": parameter.name,
        "in": "query",
        "description": parameter.meaning,
        "schema": {**kind, "default": parameter.default},
    }
