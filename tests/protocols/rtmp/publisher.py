"""What a publisher sends, byte for byte."""

from __future__ import annotations

from p2pstream.protocols.rtmp.amf import encode
from p2pstream.protocols.rtmp.messages import Kind, RtmpMessage, chunked

GREETING = b"\x03" + bytes(8) + b"c" * 1528 + b"e" * 1536
#: What OBS says of the film.
SAID = encode("onMetaData", {"width": 1280, "height": 720, "encoder": "test"})


def command(name: str, number: float, *values: object) -> bytes:
    """One, in chunks of 128 bytes."""
    return chunked(RtmpMessage(Kind.COMMAND, encode(name, number, *values)), 128)


def asking(key: str = "secret", app: str = "live") -> bytes:
    """Everything up to ``publish``."""
    return b"".join(
        (
            GREETING,
            command("connect", 1, {"app": app, "type": "nonprivate", "tcUrl": "rtmp://127.0.0.1/live"}),
            command("releaseStream", 2, None, key),
            command("FCPublish", 3, None, key),
            command("createStream", 4, None),
            command("publish", 5, None, key, "live"),
        )
    )


def sized(size: int) -> bytes:
    """Say how long chunks are from now on."""
    return chunked(RtmpMessage(Kind.CHUNK_SIZE, size.to_bytes(4, "big")), 128, channel=2)


def filmed(size: int = 4096) -> bytes:
    """What is said of the film, a picture, and two sounds, which leave out what is as before."""
    said = chunked(RtmpMessage(Kind.DATA, encode("@setDataFrame") + SAID, stream=1), size, channel=4)
    picture = bytes([6]) + b"\0\0\x28" + (9000).to_bytes(3, "big") + b"\x09\1\0\0\0"
    body = b"P" * 9000
    parts = [body[at : at + size] for at in range(0, 9000, size)]
    sound = b"\x07\0\0\x0a\0\0\5\x08\1\0\0\0" + b"sound"
    after = b"\x87\0\0\x17" + b"SOUND"
    return sized(size) + said + picture + b"\xc6".join(parts) + sound + after


def over() -> bytes:
    """The end, as OBS says it; in chunks of 4,096 bytes it is one."""
    return command("FCUnpublish", 6, None, "secret") + command("deleteStream", 7, None, 1)
