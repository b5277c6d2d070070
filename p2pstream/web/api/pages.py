"""Parameters of what is told in parts.  Pure."""

from __future__ import annotations

from p2pstream.limits import Limits
from p2pstream.web.api.operations import Parameter

__all__ = ["AFTER", "WORDS", "most_of"]

WORDS = Parameter("words", str, "Only those that have all of these words.", "")
AFTER = Parameter("after", str, "What the part before said; empty: from the beginning.", "")


def most_of(limits: Limits) -> Parameter:
    """How long a part is."""
    most = limits.api_rows
    return Parameter("most", int, "No more than so many.", min(100, most), 1, most)
