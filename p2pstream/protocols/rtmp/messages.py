"""Messages, and the chunks they are cut into (RTMP 1.0, 5.3).  Pure."""

from __future__ import annotations

from enum import IntEnum

from p2pstream.errors import PeerError
from p2pstream.limits import LIMITS
from p2pstream.values import value

__all__ = ["ChunkReader", "Kind", "RtmpMessage", "chunked"]

_DEFAULT_CHUNK = 128
_EXTENDED = 0xFFFFFF
_WRAP = 1 << 32
#: Bytes of a chunk's message header, by its format (5.3.1.2).
_HEADER = (11, 7, 3, 0)


class Kind(IntEnum):
    """What a message is (5.4, 7.1)."""

    CHUNK_SIZE = 1
    ABORT = 2
    ACKNOWLEDGEMENT = 3
    USER_CONTROL = 4
    WINDOW = 5
    BANDWIDTH = 6
    SOUND = 8
    PICTURE = 9
    DATA_AMF3 = 15
    COMMAND_AMF3 = 17
    DATA = 18
    COMMAND = 20
    AGGREGATE = 22


@value
class RtmpMessage:
    """One whole message."""

    kind: int
    body: bytes
    #: ms since something that only the sender knows; starts again after 32 bits.
    stamp: int = 0
    #: 0 for what concerns the connection.
    stream: int = 0


def chunked(message: RtmpMessage, size: int, channel: int = 3) -> bytes:
    """A message as it is sent, its time left at nought.

    :param size: how long chunks are now, in bytes.
    """
    length = len(message.body).to_bytes(3, "big")
    head = bytes([channel]) + bytes(3) + length + bytes([message.kind]) + message.stream.to_bytes(4, "little")
    parts = [message.body[at : at + size] for at in range(0, len(message.body), size)]
    return head + bytes([0xC0 | channel]).join(parts)


class _Channel:
    """What the chunks of one chunk stream have in common, and the message that is under way."""

    def __init__(self) -> None:
        self.is_known = False
        self.kind = 0
        self.length = 0
        self.stamp = 0
        self.step = 0
        self.stream = 0
        self.is_extended = False
        self.body = bytearray()


class ChunkReader:
    """Puts messages together again.

    .. attribute:: size

       How long the other end's chunks are, in bytes.
    """

    def __init__(self) -> None:
        self.size = _DEFAULT_CHUNK
        self._channels: dict[int, _Channel] = {}
        self._pending = bytearray()

    def feed(self, received: bytes) -> None:
        """More bytes have come."""
        self._pending += received

    def next(self) -> RtmpMessage | None:
        """The next whole message; None until more bytes come.

        One at a time, since a message may change how the bytes behind it are cut.

        :raises PeerError: a chunk is none, or a message longer than any that is needed.
        """
        while (read := self._read_chunk()) is not None:
            if isinstance(read, RtmpMessage):
                return read
        return None

    def abort(self, channel: int) -> None:
        """The sender gives up the message under way in a chunk stream (5.4.2)."""
        if channel in self._channels:
            self._channels[channel].body.clear()

    def _read_chunk(self) -> RtmpMessage | bool | None:
        """A message that a chunk ends; True if it ends none; None if it is not all here."""
        basic = self._basic()
        if basic is None:
            return None
        form, number, at = basic
        begun = self._channels.get(number)
        if begun is None and len(self._channels) >= LIMITS.rtmp_channels:
            raise PeerError(f"an RTMP publisher opens more than {LIMITS.rtmp_channels} chunk streams")
        channel = begun or _Channel()
        if form and not channel.is_known:
            raise PeerError(f"an RTMP publisher goes on in chunk stream {number}, which it never began")
        header = bytes(self._pending[at : at + _HEADER[form]])
        if len(header) < _HEADER[form]:
            return None
        at += len(header)
        told = int.from_bytes(header[:3], "big") if header else 0
        is_extended = told == _EXTENDED if header else channel.is_extended
        if is_extended:
            if len(self._pending) < at + 4:
                return None
            told = int.from_bytes(self._pending[at : at + 4], "big")
            at += 4
        length = int.from_bytes(header[3:6], "big") if form < 2 else channel.length
        self._check(channel, form, number, length)
        stop = at + min(self.size, length - len(channel.body))
        if len(self._pending) < stop:
            return None
        self._channels[number] = channel
        channel.is_extended = is_extended
        _begin(channel, form, header, told)
        channel.body += self._pending[at:stop]
        del self._pending[:stop]
        return self._ended(channel) if len(channel.body) == channel.length else True

    def _basic(self) -> tuple[int, int, int] | None:
        """Form, chunk stream and length of a basic header (5.3.1.1)."""
        pending = self._pending
        if not pending:
            return None
        form, number = pending[0] >> 6, pending[0] & 0x3F
        size = {0: 2, 1: 3}.get(number, 1)
        if len(pending) < size:
            return None
        if size > 1:
            number = 64 + int.from_bytes(pending[1:size], "little")
        return form, number, size

    def _check(self, channel: _Channel, form: int, number: int, length: int) -> None:
        if channel.body and form != 3:
            raise PeerError(f"an RTMP publisher begins a message within another, in chunk stream {number}")
        under_way = sum(len(other.body) for other in self._channels.values())
        if length > LIMITS.rtmp_message_bytes or under_way > LIMITS.rtmp_message_bytes:
            raise PeerError(f"an RTMP publisher sends messages longer than {LIMITS.rtmp_message_bytes} bytes")

    def _ended(self, channel: _Channel) -> RtmpMessage:
        body = bytes(channel.body)
        channel.body.clear()
        return RtmpMessage(channel.kind, body, channel.stamp, channel.stream)


def _begin(channel: _Channel, form: int, header: bytes, told: int) -> None:
    """Take over what a chunk's header says."""
    if channel.body:
        return
    if form == 0:
        channel.is_known = True
        channel.stamp = channel.step = told
        channel.stream = int.from_bytes(header[7:11], "little")
    else:
        # A message that begins without a time of its own comes as long after the last as that did.
        channel.step = told if form < 3 else channel.step
        channel.stamp = (channel.stamp + channel.step) % _WRAP
    if form < 2:
        channel.length, channel.kind = int.from_bytes(header[3:6], "big"), header[6]
