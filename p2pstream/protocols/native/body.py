"""What all messages between peers have in common.  Pure."""

from __future__ import annotations

from dataclasses import dataclass
from struct import Struct
from typing import Any, ClassVar, Self

from p2pstream.errors import PeerError
from p2pstream.protocols.link.codes import Code

__all__ = ["Fixed", "Message", "impossible"]


@dataclass(frozen=True)
class Message:
    """What a frame's body says."""

    type: ClassVar[int]
    #: Who sends it: the end that wants units, the one that has them, or either.
    sender: ClassVar[str]
    #: The most bytes of a body.
    most: ClassVar[int]

    def pack(self) -> bytes:
        """The body."""
        raise NotImplementedError

    @classmethod
    def unpack(cls, body: bytes) -> Self:
        """What a body says.

        :raises PeerError: it is no such body.
        """
        raise NotImplementedError


@dataclass(frozen=True)
class Fixed(Message):
    """A message whose fields always take the same room."""

    layout: ClassVar[Struct]

    def __init_subclass__(cls, **options: Any) -> None:
        super().__init_subclass__(**options)
        cls.most = cls.layout.size

    def pack(self) -> bytes:
        """See `Message`."""
        return self.layout.pack(*self.__dict__.values())

    @classmethod
    def unpack(cls, body: bytes) -> Self:
        """See `Message`."""
        if len(body) != cls.layout.size:
            raise PeerError(f"{cls.__name__}: it has {len(body)} bytes, not {cls.layout.size}")
        said = cls(*cls.layout.unpack(body))
        said.check()
        return said

    def check(self) -> None:
        """:raises PeerError: a field has a value that it cannot have."""


def impossible(said: str) -> PeerError:
    """The fault of a body whose form is right and whose content cannot be."""
    return PeerError(said, Code.BAD_MESSAGE)
