"""The API behind HTTP: finds the operation, looks at the token, tells what went wrong."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from http import HTTPStatus
from typing import Any

from twisted.logger import Logger
from twisted.web.resource import Resource

from p2pstream.content.admission import Admission
from p2pstream.content.namespaces import decode_full_name
from p2pstream.errors import P2PStreamError
from p2pstream.web.api.calls import parse_body, parse_query
from p2pstream.web.api.document import document
from p2pstream.web.api.operations import ApiCall, Operation
from p2pstream.web.problem import Problem, problem_of, show_problem
from p2pstream.web.resource import WebResource, asker
from p2pstream.web.shapes import encode
from p2pstream.web.token import HEADER, Token

__all__ = ["Api"]

_log = Logger()

_JSON = b"application/json"


class Nowhere(WebResource):
    """What no operation is at."""

    async def answer(self, request: Any) -> None:
        """Say so."""
        where = "/api/v1/openapi.json says what there is"
        await show_problem(request, Problem(HTTPStatus.NOT_FOUND, f"there is nothing here; {where}"))


class Api(Nowhere):
    """All that is below ``/api``.

    :param operations: what can be asked; a document of them is served beside.
    :param admission: who may ask at all.
    :param token: what those must show who change something.
    """

    def __init__(
        self, role: str, version: str, operations: Sequence[Operation], admission: Admission, token: Token
    ) -> None:
        super().__init__()
        self.admission = admission
        self._token = token
        self._described = encode(document(role, version, operations))
        self._paths: dict[str, dict[bytes, Operation]] = defaultdict(dict)
        for operation in operations:
            self._paths[operation.path][operation.method.encode("ascii")] = operation

    def getChild(self, path: bytes, request: Any) -> Resource:
        """Twisted: the part behind ``/api``; all that follows it is looked up at once."""
        parts, request.postpath = [path, *request.postpath], []
        if parts[0] != b"v1":
            return Nowhere()
        if parts[1:] == [b"openapi.json"]:
            return Described(self._described)
        where = "/" + b"/".join(parts[1:]).decode("utf-8", "replace")
        if where in self._paths:
            return PathAnswer(self._paths[where], b"", self._token)
        named = f"/{parts[1].decode('utf-8', 'replace')}/{{name}}" if len(parts) == 3 else ""
        return PathAnswer(self._paths[named], parts[2], self._token) if named in self._paths else Nowhere()


class Described(WebResource):
    """The document that describes the others."""

    def __init__(self, described: bytes) -> None:
        super().__init__()
        self._described = described

    async def answer(self, request: Any) -> None:
        """The same for all."""
        await request.show(self._described, _JSON)


class PathAnswer(WebResource):
    """One path.

    :param name: the part of the path that an operation has for it.
    """

    def __init__(self, operations: dict[bytes, Operation], name: bytes, token: Token) -> None:
        super().__init__()
        #: See `IWebRequest`.
        self.methods = (*operations, b"HEAD") if b"GET" in operations else tuple(operations)
        self._operations = operations
        self._name = name
        self._token = token

    async def answer(self, request: Any) -> None:
        """Do it."""
        operation = self._operations[b"GET" if request.method == b"HEAD" else request.method]
        try:
            answer = await self._act(operation, request)
        except (Problem, P2PStreamError) as fault:
            await show_problem(request, problem_of(fault))
        except Exception as fault:
            _log.failure("{method} {path} of the API failed", method=operation.method, path=operation.path)
            await show_problem(request, problem_of(fault))
        else:
            await self._show(request, operation, answer)

    async def _act(self, operation: Operation, request: Any) -> object:
        if operation.changes and not self._token.admits(request.getHeader(HEADER)):
            shown = HEADER.decode("ascii")
            raise Problem(HTTPStatus.FORBIDDEN, f"{shown} does not show the token of this node")
        query = parse_query(operation.parameters, request.args)
        body = parse_body(operation, request.body)
        name = decode_full_name(self._name) if self._name else ""
        return await operation.act(ApiCall(name, query, body, asker(request)))

    async def _show(self, request: Any, operation: Operation, answer: object) -> None:
        if operation.answer is None:
            request.setResponseCode(HTTPStatus.NO_CONTENT)
            await request.conclude()
        else:
            await request.show(encode(answer), _JSON)
