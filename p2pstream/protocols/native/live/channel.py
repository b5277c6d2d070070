"""One channel about a broadcast, and what may come on it.  Pure.

::

    TUNING --TUNED--> OPEN <--accept-- CALLED
       |               |                 |
       '---TUNE OUT sent---+-------------'--> ENDING --TUNE OUT came--> (its number is free)
"""

from __future__ import annotations

from enum import Enum

from p2pstream.codes import Code
from p2pstream.content.keys import LiveKey
from p2pstream.errors import PeerError, SessionError
from p2pstream.limits import Limits
from p2pstream.protocols.native.bodies.body import Message
from p2pstream.protocols.native.channels.bucket import Bucket
from p2pstream.protocols.native.live.leaf_queue import LeafQueue
from p2pstream.protocols.native.live.messages import (
    AskLeaf,
    AskSlices,
    CancelledLeaf,
    Leaves,
    NoLeaf,
    NoSlices,
    SliceSaid,
    Sub,
    Unsub,
)

__all__ = ["FOLLOWING", "LiveChannel", "Stage"]

_SUBSTREAMS = 16
#: So many ranges of what somebody has count as one message more.
_RANGES = 8


class Stage(Enum):
    """How far a channel is."""

    TUNING = "we opened it"
    CALLED = "the other end opened it"
    OPEN = "both know it"
    ENDING = "we ended it, and the other end has not said that it knows"


#: Which stage may follow which.
FOLLOWING: dict[Stage, frozenset[Stage]] = {
    Stage.TUNING: frozenset({Stage.OPEN, Stage.ENDING}),
    Stage.CALLED: frozenset({Stage.OPEN, Stage.ENDING}),
    Stage.OPEN: frozenset({Stage.ENDING}),
    Stage.ENDING: frozenset(),
}


class LiveChannel:
    """What is to be sent there, and what was asked for.

    :ivar queue: the leaves that wait to be sent.
    :ivar asked: the leaves that were asked for and not answered.
    """

    def __init__(self, number: int, key: LiveKey, stage: Stage, now: float, limits: Limits) -> None:
        self.number = number
        self.key = key
        self.stage = stage
        self.queue = LeafQueue(limits)
        self.asked: set[int] = set()
        #: The leaves in the queue that the other end asked for, and waits for an answer.
        self.owed: set[int] = set()
        #: Of those that were cancelled, or came, the newest: an answer may be on its way.
        self.cancelled: dict[int, None] = {}
        #: The newest leaves that left for the other end, and when.
        self.gone: dict[int, float] = {}
        #: Bytes of leaves that came over it, and that went.
        self.received = self.sent = 0
        #: How many slices that were asked for are to come.
        self.slices_asked = 0
        self._messages = Bucket("messages about a broadcast", limits.live_messages, now, limits)
        self._slices = Bucket("slices", limits.live_slices, now, limits)
        self._limits = limits
        # Until when leaves of each sub-stream may be pushed; 0: they never were asked for.
        self._until = [0.0] * _SUBSTREAMS

    def enter(self, stage: Stage) -> None:
        """It is so far now.

        :raises SessionError: it cannot be; a bug.
        """
        if stage not in FOLLOWING[self.stage]:
            raise SessionError(f"channel {self.number}: {stage.name} cannot follow {self.stage.name}")
        self.stage = stage

    def subscribed(self, mask: int) -> None:
        """Leaves of these sub-streams may be pushed."""
        self._mark(mask, float("inf"))

    def unsubscribed(self, mask: int, now: float) -> None:
        """They may not any more, as soon as the other end knows."""
        self._mark(mask, now + self._limits.live_settle_s)

    def cancel(self, number: int) -> None:
        """A leaf is not wanted any more."""
        self.asked.discard(number)
        self.cancelled[number] = None
        if len(self.cancelled) > self._limits.live_push_leaves:
            del self.cancelled[next(iter(self.cancelled))]

    def withdraw(self, number: int) -> None:
        """A leaf is not to be sent any more; nor is it said that it does not come."""
        self.queue.withdraw(number)
        self.owed.discard(number)

    def went(self, number: int, now: float) -> None:
        """A leaf is sent."""
        self.gone[number] = now
        if len(self.gone) > self._limits.live_push_leaves:
            del self.gone[next(iter(self.gone))]

    def is_under_way(self, number: int, now: float) -> bool:
        """Whether a leaf left so lately that whoever asks for it may not have it yet."""
        left = self.gone.get(number)
        return left is not None and now - left < self._limits.live_ask_s

    def came(self, number: int) -> None:
        """A leaf is here: it was pushed while it was asked for, perhaps, and then an answer follows."""
        if number in self.asked:
            self.cancel(number)

    def said(self, message: Message, now: float) -> None:
        """We say that: note what may come of it."""
        if isinstance(message, Sub):
            self.subscribed(message.mask)
        elif isinstance(message, Unsub):
            self.unsubscribed(message.mask, now)
        elif isinstance(message, AskLeaf):
            self.asked.add(message.number)
        elif isinstance(message, CancelledLeaf):
            self.cancel(message.number)
        elif isinstance(message, AskSlices):
            self.slices_asked += message.count

    def may_come(self, number: int, now: float) -> bool:
        """Whether that leaf was asked for, or its sub-stream."""
        known = number in self.asked or number in self.cancelled
        return known or now <= self._until[number % _SUBSTREAMS]

    def admit(self, said: Message, now: float) -> bool:
        """Whether a message may be told now; one that comes too often is not.

        :raises PeerError: it is a flood, or an answer to what nobody asked.
        """
        if isinstance(said, SliceSaid):
            if not self.slices_asked:
                return self._slices.take(now)
            self.slices_asked -= 1
        elif isinstance(said, NoSlices):
            self.slices_asked = 0
        elif isinstance(said, NoLeaf):
            if said.number not in self.asked and said.number not in self.cancelled:
                raise PeerError(f"leaf {said.number} was refused; nobody asked for it", Code.UNSOLICITED)
            self.asked.discard(said.number)
        elif not self._messages.take(now, _cost(said)):
            return False
        elif isinstance(said, CancelledLeaf):
            self.withdraw(said.number)
        return True

    def _mark(self, mask: int, until: float) -> None:
        for stream in range(_SUBSTREAMS):
            if mask >> stream & 1:
                self._until[stream] = until


def _cost(said: Message) -> float:
    """As how many messages it counts: each range takes time to be looked at."""
    return 1.0 + len(said.ranges) / _RANGES if isinstance(said, Leaves) else 1.0
