"""Compiles loops over arrays where numba is there."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, cast

__all__ = ["compiled"]

_Function = TypeVar("_Function", bound=Callable[..., Any])

try:
    from numba import njit
except ImportError:
    njit = None


def compiled(function: _Function) -> _Function:
    """The same, fast if that can be."""
    return function if njit is None else cast(_Function, njit(cache=True)(function))
