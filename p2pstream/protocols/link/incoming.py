"""What arrives, cut into frames.  Pure."""

from __future__ import annotations

from typing import Protocol

from p2pstream.codes import Code
from p2pstream.errors import PeerError
from p2pstream.protocols.link.family import Frame
from p2pstream.protocols.link.framing import FRAME
from p2pstream.values import value

__all__ = ["Incoming", "Rule", "Taker"]


@value
class Rule:
    """How frames of one type are taken."""

    #: The most bytes of a body.
    most: int
    #: Room is lent for what follows so many bytes of the body; None: it is taken in whole.
    head: int | None = None
    #: It is of no interest: its bytes are dropped.
    ignored: bool = False


_NO_RULE = Rule(0)
_HEAD_BYTES = FRAME.size


class Taker(Protocol):
    """Who is told of frames."""

    def rule(self, type: int, channel: int) -> Rule:
        """How a frame that begins is taken; raises `PeerError` for one that may not come."""

    def taken(self, frame: Frame) -> None:
        """A whole frame came."""

    def begun(self, type: int, channel: int, head: bytes, length: int) -> memoryview | None:
        """``length`` bytes follow this head: room for exactly that, or None to drop them."""

    def complete(self, type: int) -> None:
        """The room that was lent is full."""


class Incoming:
    """Holds no more than one frame's header, or one body up to what its rule allows.

    Nothing is allocated because a header says so: what is held is what came.
    """

    __slots__ = ("_frame", "_held", "_left", "_need", "_room", "_rule", "_stopped", "_taker")

    def __init__(self, taker: Taker) -> None:
        self._taker = taker
        self._held: bytes | bytearray = b""
        #: How many bytes have to be held for the next step.
        self._need = _HEAD_BYTES
        #: The frame whose header was read: its type, channel and length.
        self._frame: tuple[int, int, int] | None = None
        self._rule = _NO_RULE
        #: Bytes of the body that are still to come into the room, or to be dropped.
        self._left = 0
        self._room: memoryview | None = None
        self._stopped = False

    def receive(self, chunk: bytes) -> None:
        """Bytes came; raises `PeerError`, after which it is to be stopped."""
        at = self._whole(chunk)
        if at == len(chunk):
            return
        view = memoryview(chunk)[at:]
        while view and not self._stopped:
            if self._left:
                view = view[self._pour(view) :]
            else:
                piece = view[: self._need - len(self._held)]
                view = view[len(piece) :]
                self._gather(piece)

    def room(self) -> memoryview | None:
        """Where the next bytes may be put, to be said `filled`; None: they are to be received."""
        return self._room[-self._left :] if self._room is not None else None

    def filled(self, count: int) -> None:
        """``count`` bytes were put into `room`."""
        self._left -= count
        if not self._left:
            self._full()

    def stop(self) -> None:
        """Nothing more is taken; room that was lent is not touched again."""
        self._stopped = True
        self._room = None

    def _whole(self, chunk: bytes) -> int:
        """Take the frames that lie whole at the start of ``chunk``; how many bytes they have."""
        at, size, taker = 0, len(chunk), self._taker
        if self._held or self._frame is not None:
            return at
        while size - at >= _HEAD_BYTES and not self._stopped:
            high, low, type, channel = FRAME.unpack_from(chunk, at)
            rule, start = taker.rule(type, channel), at + _HEAD_BYTES
            length = high << 16 | low
            if length > rule.most or length > size - start or rule.ignored or rule.head is not None:
                break
            at = start + length
            taker.taken(Frame(type, channel, chunk[start:at]))
        return at

    def _pour(self, view: memoryview) -> int:
        count = min(len(view), self._left)
        room = self.room()
        if room is not None:
            room[:count] = view[:count]
        self.filled(count)
        return count

    def _gather(self, piece: memoryview) -> None:
        """Hold a piece, or go on with it where nothing is missing: most frames come in whole."""
        held = bytes(piece)
        if self._held or len(held) < self._need:
            # For a body in many pieces; empty ones by the thousand would be in nobody's use.
            self._held = self._held or bytearray()
            self._held += held
            if len(self._held) < self._need:
                return
            held, self._held = bytes(self._held), b""
        self._step(held)
        while not self._need and not self._stopped:
            # A body that is empty.
            self._step(b"")

    def _step(self, held: bytes) -> None:
        if self._frame is None:
            self._headed(held)
        else:
            self._bodied(held, *self._frame)

    def _headed(self, held: bytes) -> None:
        high, low, type, channel = FRAME.unpack(held)
        length = high << 16 | low
        rule = self._taker.rule(type, channel)
        if length > rule.most:
            raise PeerError(
                f"a frame of type {type:02x} with {length} bytes; {rule.most} are the most", Code.TOO_BIG
            )
        if length < (rule.head or 0):
            raise PeerError(f"a frame of type {type:02x} with only {length} bytes", Code.BAD_FRAME)
        self._frame, self._rule = (type, channel, length), rule
        if rule.ignored:
            self._need = 0
        else:
            self._need = length if rule.head is None else rule.head

    def _bodied(self, held: bytes, type: int, channel: int, length: int) -> None:
        self._need = _HEAD_BYTES
        if self._rule.head is None and not self._rule.ignored:
            self._frame = None
            self._taker.taken(Frame(type, channel, held))
            return
        self._left = length - len(held)
        if not self._rule.ignored:
            self._room = self._taker.begun(type, channel, held, self._left)
            if self._room is not None and len(self._room) != self._left:
                raise ValueError(f"room for {len(self._room)} bytes was lent, and {self._left} come")
        if not self._left:
            self._full()

    def _full(self) -> None:
        frame, self._frame = self._frame, None
        room, self._room = self._room, None
        if room is not None and frame is not None:
            self._taker.complete(frame[0])
