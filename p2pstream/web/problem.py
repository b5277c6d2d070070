"""What went wrong, as programs read it (RFC 9457), and a person behind them."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from p2pstream.errors import BadName, BadShare, NotFound, NotShared, P2PStreamError, StorageError, UsageError
from p2pstream.web.shapes import encode

__all__ = ["PROBLEM", "Problem", "problem_of", "show_problem"]

PROBLEM = b"application/problem+json"

#: The first that fits.
_STATUSES: tuple[tuple[type[P2PStreamError], int], ...] = (
    (UsageError, 400),
    (BadName, 404),
    (NotFound, 404),
    (NotShared, 404),
    (BadShare, 409),
    (StorageError, 503),
    (P2PStreamError, 503),
)


class Problem(Exception):
    """Answered with a status, and why in words."""

    def __init__(self, status: int, detail: str) -> None:
        super().__init__(detail)
        self.status = status


def problem_of(fault: Exception) -> Problem:
    """An error of ours, as it is told."""
    if isinstance(fault, Problem):
        return fault
    status = next((status for kind, status in _STATUSES if isinstance(fault, kind)), 500)
    return Problem(status, str(fault) if status != 500 else "it could not be done, and the log says why")


async def show_problem(request: Any, problem: Problem) -> None:
    """Answer with it."""
    title = HTTPStatus(problem.status).phrase
    told = {"type": "about:blank", "title": title, "status": int(problem.status), "detail": str(problem)}
    request.setResponseCode(problem.status, title.encode("ascii"))
    await request.show(encode(told), PROBLEM)
