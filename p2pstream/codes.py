"""Why something was refused or ended, as one byte on the wire.  Pure."""

from __future__ import annotations

from enum import IntEnum

__all__ = ["Code", "words"]


class Code(IntEnum):
    """Every code, in the order of its number; a number is never used again for another."""

    OK = 0
    BAD_FRAME = 1
    TOO_BIG = 2
    UNKNOWN_TYPE = 3
    VERSION = 4
    UNKNOWN_KEY = 5
    NOT_AUTHORISED = 6
    OVER_CREDIT = 7
    BUSY = 8
    RATE_LIMITED = 9
    BAD_HASH = 10
    BAD_SIGNATURE = 11
    UNSOLICITED = 12
    TIMEOUT = 13
    GONE = 14
    DUPLICATE_CONN = 15
    SELF = 16
    SHUTTING_DOWN = 17
    NO_DATA_YET = 18
    INTERNAL = 19
    CANCELLED = 20
    CHANGED = 21
    STORAGE_FULL = 22
    BAD_MESSAGE = 23
    NOT_KEPT = 24


_WORDS: dict[Code, str] = {
    Code.OK: "all is well",
    Code.BAD_FRAME: "a frame made no sense",
    Code.TOO_BIG: "a frame was longer than it may be",
    Code.UNKNOWN_TYPE: "a frame was of a type that is not spoken here",
    Code.VERSION: "no version of the protocol is spoken by both",
    Code.UNKNOWN_KEY: "no stream of that key is here",
    Code.NOT_AUTHORISED: "it is not allowed",
    Code.OVER_CREDIT: "more was asked for than may be outstanding",
    Code.BUSY: "there is too much to do",
    Code.RATE_LIMITED: "it was asked too often",
    Code.BAD_HASH: "bytes or hashes were proven wrong",
    Code.BAD_SIGNATURE: "a signature is wrong",
    Code.UNSOLICITED: "nobody had asked for it",
    Code.TIMEOUT: "it took too long",
    Code.GONE: "it is no longer here",
    Code.DUPLICATE_CONN: "there is another connection between the two already",
    Code.SELF: "it is a connection to oneself",
    Code.SHUTTING_DOWN: "the program is ending",
    Code.NO_DATA_YET: "it is not here yet",
    Code.INTERNAL: "something broke inside the program",
    Code.CANCELLED: "it was taken back",
    Code.CHANGED: "it is no longer what it was",
    Code.STORAGE_FULL: "there is no room to keep it",
    Code.BAD_MESSAGE: "a message made no sense",
    Code.NOT_KEPT: "it cannot be kept now",
}


def words(code: int) -> str:
    """What ``code`` means, for people; of one from a later version, its number."""
    try:
        return _WORDS[Code(code)]
    except ValueError:
        return f"for a reason with the number {code}"
