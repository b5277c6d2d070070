"""The end that is published to, without a socket or a clock.  Pure.

::

    HANDSHAKE --3,073 bytes--> COMMANDS --publish--> ASKED --accept()--> LIVE --unpublish--> OVER
                                                       '-----refuse()----------------------> OVER

What comes out of its methods is `PeerError` and nothing else, whatever the bytes.
"""

from __future__ import annotations

from enum import Enum

from p2pstream.content.publishing import Footage, PublishAsked, Published, Unpublished
from p2pstream.content.sniff import Sniff
from p2pstream.errors import PeerError, SessionError
from p2pstream.limits import LIMITS
from p2pstream.protocols.rtmp.amf import Value, decode, encode
from p2pstream.protocols.rtmp.flv import FLV_BEGIN, tag
from p2pstream.protocols.rtmp.messages import ChunkReader, Kind, RtmpMessage, chunked

__all__ = ["RANDOM_BYTES", "Phase", "RtmpSession", "sniff"]

_VERSION = b"\x03"
_HELLO = 1536
#: How many of it are random.
RANDOM_BYTES = _HELLO - 8
_WINDOW = 2_500_000
_CHUNK = 4096
_STREAM = 1
_PING, _PONG = b"\0\6", b"\0\7"
#: In the words of the commands of NetConnection and NetStream (7.2).
_CONNECTED = "NetConnection.Connect.Success"
_PUBLISHING = "NetStream.Publish.Start"
_BAD_NAME = "NetStream.Publish.BadName"
#: What a publisher puts before what it says of the film; not part of that.
_SET_DATA = encode("@setDataFrame")
_END = {"FCUnpublish", "deleteStream", "closeStream"}


def sniff(prefix: bytes) -> Sniff:
    """Whether a connection that begins so speaks RTMP; no other protocol that publishes begins with 3."""
    return Sniff.YES if prefix.startswith(_VERSION) else Sniff.NO if prefix else Sniff.MORE


class Phase(Enum):
    """How far a session is."""

    HANDSHAKE = "not yet greeted"
    COMMANDS = "greeted"
    ASKED = "waits for our word"
    LIVE = "a film comes in"
    OVER = "nothing follows"


#: What it may be that we say something about.
_ANSWERED = (Kind.COMMAND, Kind.COMMAND_AMF3, Kind.USER_CONTROL)
_DEAF = (Phase.ASKED, Phase.OVER)


class RtmpSession:
    """Reads what a publisher sends and says what it has to hear.

    :param random: `RANDOM_BYTES` that nobody can foresee, for the greeting (5.2.3).

    .. attribute:: phase

       How far it is.
    """

    def __init__(self, random: bytes) -> None:
        self.phase = Phase.HANDSHAKE
        self._greeting = bytearray()
        self._random = random[:RANDOM_BYTES]
        self._chunks = ChunkReader()
        self._outgoing: list[bytes] = []
        self._chunk_size = 128
        self._said_hello = False
        self._received = self._acknowledged = 0
        self._window = _WINDOW
        self._begin = FLV_BEGIN
        #: How many that are answered came before it asked to publish.
        self._before = 0

    def receive(self, received: bytes) -> list[Published]:
        """What the bytes mean.

        :raises PeerError: they are no RTMP, or more than a publisher needs.
        """
        self._received += len(received)
        if self.phase is Phase.HANDSHAKE:
            received = self._greet(received)
            if self.phase is Phase.HANDSHAKE:
                return []
        self._chunks.feed(received)
        events: list[Published] = []
        # Whoever asked to publish is heard again once it may.
        while self.phase not in _DEAF and (message := self._chunks.next()) is not None:
            events += self._heard(message)
        self._acknowledge()
        return events

    def hung_up(self) -> list[Published]:
        """See `PublishSession`: it broke off, unless it said before that this is all."""
        return []

    def accept(self) -> None:
        """Let it publish."""
        self._answer_publish("status", _PUBLISHING, "Go ahead.")
        self.phase = Phase.LIVE

    def refuse(self, why: str) -> None:
        """Tell it that it may not, and why."""
        self._answer_publish("error", _BAD_NAME, why)
        self.phase = Phase.OVER

    def to_send(self) -> bytes:
        """What is to be sent now, once."""
        outgoing = b"".join(self._outgoing)
        self._outgoing.clear()
        return outgoing

    def _greet(self, received: bytes) -> bytes:
        """Exchange version, hello and echo (5.2); what follows them comes back."""
        greeting = self._greeting
        greeting += received
        if greeting[:1] not in (b"", _VERSION):
            raise PeerError("what was sent is no RTMP: it does not begin with version 3")
        if len(greeting) > _HELLO and not self._said_hello:
            self._said_hello = True
            self._outgoing += [_VERSION, bytes(8) + self._random, bytes(greeting[1 : 1 + _HELLO])]
        whole = 1 + 2 * _HELLO
        if len(greeting) < whole:
            return b""
        rest = bytes(greeting[whole:])
        greeting.clear()
        self.phase = Phase.COMMANDS
        return rest

    def _heard(self, message: RtmpMessage) -> list[Published]:
        if self.phase is Phase.COMMANDS and message.kind in _ANSWERED:
            self._before += 1
            if self._before > LIMITS.rtmp_messages:
                raise PeerError(
                    f"an RTMP publisher says more than {LIMITS.rtmp_messages} things and publishes nothing"
                )
        match message.kind:
            case Kind.COMMAND | Kind.COMMAND_AMF3:
                # A command in AMF3 has one byte more, then AMF0 all the same.
                return self._commanded(decode(message.body[message.kind == Kind.COMMAND_AMF3 :]))
            case Kind.SOUND | Kind.PICTURE | Kind.DATA | Kind.DATA_AMF3:
                return self._filmed(message)
            case Kind.AGGREGATE:
                raise PeerError("an RTMP publisher sends aggregates, which nobody needs for what is live")
        self._controlled(message.kind, message.body)
        return []

    def _controlled(self, kind: int, body: bytes) -> None:
        """What concerns the connection and no film (5.4, 7.1.7)."""
        match kind:
            case Kind.CHUNK_SIZE:
                self._chunks.size = _number(body) & 0x7FFFFFFF
                if not 0 < self._chunks.size <= LIMITS.rtmp_message_bytes:
                    raise PeerError(f"an RTMP publisher wants chunks of {self._chunks.size} bytes")
            case Kind.ABORT:
                self._chunks.abort(_number(body))
            case Kind.WINDOW:
                self._window = max(_number(body), 1)
            case Kind.USER_CONTROL if body[:2] == _PING:
                self._say(RtmpMessage(Kind.USER_CONTROL, _PONG + body[2:6]), channel=2)

    def _filmed(self, message: RtmpMessage) -> list[Published]:
        if self.phase is not Phase.LIVE or not message.body:
            return []
        kind, body = message.kind, message.body
        if kind == Kind.DATA_AMF3:
            kind, body = Kind.DATA, body[1:]
        if kind == Kind.DATA:
            body = body.removeprefix(_SET_DATA)
        begin, self._begin = self._begin, b""
        return [Footage(begin + tag(kind, message.stamp, body))]

    def _commanded(self, values: list[Value]) -> list[Published]:
        name, given = _text(values, 0), values[1] if len(values) > 1 else 0.0
        # It comes back in the answer, where a list has no form and a long text no room.
        number = given if isinstance(given, float) else 0.0
        if name == "connect":
            self._connected(number)
        elif name == "createStream":
            self._say(RtmpMessage(Kind.COMMAND, encode("_result", number, None, _STREAM)))
        elif name == "publish" and self.phase is Phase.COMMANDS:
            self.phase = Phase.ASKED
            return [PublishAsked(_text(values, 3))]
        elif name in _END and self.phase is Phase.LIVE:
            self.phase = Phase.OVER
            return [Unpublished()]
        elif name == "play":
            raise PeerError("an RTMP player asks for a film; here one publishes: watch with p2p-play")
        return []

    def _connected(self, number: float) -> None:
        self._say(RtmpMessage(Kind.WINDOW, _WINDOW.to_bytes(4, "big")), channel=2)
        self._say(RtmpMessage(Kind.BANDWIDTH, _WINDOW.to_bytes(4, "big") + b"\x02"), channel=2)
        self._say(RtmpMessage(Kind.CHUNK_SIZE, _CHUNK.to_bytes(4, "big")), channel=2)
        self._chunk_size = _CHUNK
        properties = {"fmsVer": "FMS/3,5,7,7009", "capabilities": 31, "mode": 1}
        status = {"level": "status", "code": _CONNECTED, "description": "Connected.", "objectEncoding": 0}
        self._say(RtmpMessage(Kind.COMMAND, encode("_result", number, properties, status)))

    def _answer_publish(self, level: str, code: str, words: str) -> None:
        if self.phase is not Phase.ASKED:
            raise SessionError("nobody asked to publish")
        status = {"level": level, "code": code, "description": words}
        self._say(RtmpMessage(Kind.COMMAND, encode("onStatus", 0, None, status), stream=_STREAM))

    def _acknowledge(self) -> None:
        """Say how much came, as often as the publisher wants to hear it (5.4.3)."""
        if self._received - self._acknowledged >= self._window:
            self._acknowledged = self._received
            self._say(
                RtmpMessage(Kind.ACKNOWLEDGEMENT, (self._received % (1 << 32)).to_bytes(4, "big")), channel=2
            )

    def _say(self, message: RtmpMessage, channel: int = 3) -> None:
        self._outgoing.append(chunked(message, self._chunk_size, channel))


def _number(body: bytes) -> int:
    if len(body) < 4:
        raise PeerError("an RTMP message of control is too short for its number")
    return int.from_bytes(body[:4], "big")


def _text(values: list[Value], at: int) -> str:
    """The text at that place; empty where there is none."""
    value = values[at] if len(values) > at else None
    return value if isinstance(value, str) else ""
