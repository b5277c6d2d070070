"""The newest heads of broadcasts, as far as anybody told of them.  Pure; times are monotonic seconds."""

from __future__ import annotations

from collections import OrderedDict

from p2pstream.codes import Code
from p2pstream.content.keys import LiveKey, decode_key
from p2pstream.content.signed.heads import Head
from p2pstream.errors import BadHead, Refused
from p2pstream.limits import LIMITS, Limits

__all__ = ["LiveHeads"]


class LiveHeads:
    """One for each channel.  Anybody may tell of one: it proves itself, and only a newer one counts."""

    def __init__(self, limits: Limits = LIMITS) -> None:
        self._limits = limits
        self._heads: OrderedDict[bytes, tuple[Head, float]] = OrderedDict()

    def __len__(self) -> int:
        return len(self._heads)

    def tell(self, key: bytes, raw: bytes, now: float) -> bool:
        """Keep a head, if it is newer than what is known; whether it is.

        :raises Refused: it is not a broadcast's key, it is no head, or its channel did not sign it.
        """
        channel = decode_key(key)
        if not isinstance(channel, LiveKey):
            raise Refused("a file has no heads", Code.UNKNOWN_KEY)
        known = self._heads.get(key)
        try:
            head = Head.decode(raw)
            if known is not None and head.place <= known[0].place:
                return False
            head.check(channel.public)
        except BadHead as fault:
            raise Refused(str(fault), fault.code) from None
        self._heads[key] = head, now
        self._heads.move_to_end(key)
        while len(self._heads) > self._limits.central_heads:
            self._heads.popitem(last=False)
        return True

    def get(self, key: bytes, now: float) -> bytes:
        """The newest one; empty where nobody told of one lately."""
        known = self._heads.get(key)
        if known is None or now - known[1] > self._limits.central_head_s:
            return b""
        return known[0].raw
