"""One row of the table of bounds."""

from __future__ import annotations

from dataclasses import field
from typing import Any

__all__ = ["bound"]


def bound(value: float, unit: str, reason: str) -> Any:
    """One row: the default, its unit, and why it is that much."""
    return field(default=value, metadata={"unit": unit, "reason": reason})
