"""The life of a wire, drawn and in a table.

::

    NEW --> GREETING --TLS is up--> OPEN --the session ends--> ENDING --all sent--> LINGERING
     '------- no TLS --------------'                                 their FIN, or 2 s '--> LOST

and from everywhere to LOST when it is reset, by whomever.
"""

from __future__ import annotations

from enum import Enum

__all__ = ["FOLLOWING", "Stage"]


class Stage(Enum):
    """Where the life of a wire stands."""

    NEW = "not connected yet"
    GREETING = "TLS is being agreed on"
    OPEN = "the session talks"
    ENDING = "what the session has left to say is sent"
    LINGERING = "all is sent and our end closed; waiting for the other"
    LOST = "gone, or on its way"


#: What may come after what.
FOLLOWING: dict[Stage, frozenset[Stage]] = {
    Stage.NEW: frozenset({Stage.GREETING, Stage.OPEN}),
    Stage.GREETING: frozenset({Stage.OPEN, Stage.LOST}),
    Stage.OPEN: frozenset({Stage.ENDING, Stage.LOST}),
    Stage.ENDING: frozenset({Stage.LINGERING, Stage.LOST}),
    Stage.LINGERING: frozenset({Stage.LOST}),
    Stage.LOST: frozenset(),
}
