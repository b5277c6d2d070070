"""What one end of a `MemoryLink` has still to write, and who fills it."""

from __future__ import annotations

from collections.abc import Iterable
from enum import Enum, auto
from typing import Any

__all__ = ["Closing", "Unwritten"]


class Feed(Enum):
    """Who fills the buffer, and what he was last told."""

    NOBODY = auto()
    PULL = auto()
    PUSH = auto()
    PUSH_PAUSED = auto()


class Closing(Enum):
    """How much of the connection is to end behind what waits to be written."""

    NOTHING = auto()
    WRITING = auto()
    ALL = auto()
    #: The end was written; nothing can follow it.
    DONE = auto()


class Unwritten:
    """A buffer with a mark, and a producer that is paused beyond it."""

    def __init__(self) -> None:
        self.buffer = bytearray()
        self.closing = Closing.NOTHING
        self.producer: Any = None
        self._feed = Feed.NOBODY
        self._looked = True

    def append(self, chunks: Iterable[bytes], mark: int) -> None:
        """Take all of ``chunks``; pause whoever fills it beyond ``mark`` bytes."""
        for chunk in chunks:
            if not isinstance(chunk, bytes):
                raise TypeError(f"bytes are written, not {type(chunk).__name__}")
            self.buffer += chunk
        self.stir()
        if len(self.buffer) > mark and self._feed in (Feed.PUSH, Feed.PUSH_PAUSED):
            self._feed = Feed.PUSH_PAUSED
            self.producer.pauseProducing()

    def fill_from(self, producer: Any, streaming: bool) -> None:
        """Have ``producer`` fill the buffer."""
        if self.producer is not None:
            raise RuntimeError(f"{producer} cannot be registered beside {self.producer}")
        self.producer = producer
        self._feed = Feed.PUSH if streaming else Feed.PULL
        if not streaming:
            producer.resumeProducing()

    def fill_no_more(self) -> Any:
        """Forget the producer; who it was."""
        producer, self.producer = self.producer, None
        self._feed = Feed.NOBODY
        self.stir()
        return producer

    def stir(self) -> None:
        """Something changed: what is to happen once all is written is looked at again."""
        self._looked = False

    def take(self, most: int) -> bytes:
        """The next bytes to put on the wire."""
        if not self.buffer:
            return b""
        count = min(most, len(self.buffer))
        with memoryview(self.buffer) as buffer:
            taken = bytes(buffer[:count])
        del self.buffer[:count]
        return taken

    def drained(self) -> Closing:
        """All is on the wire: ask for more, or say what is to end now."""
        if self._looked or self.buffer:
            return Closing.NOTHING
        self._looked = True
        if self._feed is Feed.NOBODY:
            return self.closing
        if self._feed is not Feed.PUSH:
            self._feed = Feed.PUSH if self._feed is Feed.PUSH_PAUSED else self._feed
            self.producer.resumeProducing()
        return Closing.NOTHING

    def end(self) -> Any:
        """Nothing more can be written; who is to be told to stop."""
        self.buffer.clear()
        self.closing = Closing.DONE
        return self.fill_no_more()
