"""Nobody: who is told where somebody was to be, and is not there yet, or is gone.

Whoever has ended tells nobody instead of those whom it told before: what holds each other stays
until Python looks through everything, and meanwhile nobody is answered.
"""

from __future__ import annotations

__all__ = ["nobody"]


def nobody(*told: object) -> None:
    """Takes whatever is said, and does nothing."""
