"""What a wire protocol may say of a connection's first bytes."""

from __future__ import annotations

from enum import Enum

__all__ = ["Sniff"]


class Sniff(Enum):
    """An answer to the question whether a connection that starts so is ours."""

    NO = "never, whatever follows"
    MORE = "perhaps; more bytes will tell"
    YES = "it is"
