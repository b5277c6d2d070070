"""How much the other end may have outstanding here.  Pure."""

from __future__ import annotations

from collections import deque

from p2pstream.codes import Code
from p2pstream.errors import PeerError
from p2pstream.limits import Limits
from p2pstream.protocols.native.channels.channel import Channel, Channels, Phase
from p2pstream.protocols.native.channels.post import Post
from p2pstream.protocols.native.messages import Credit

__all__ = ["Credits"]


class Credits:
    """Shares what one peer may have outstanding equally among the channels that serve it.

    The sum never exceeds what our HELLO says.  A channel that was granted nothing keeps that.
    """

    def __init__(self, post: Post, channels: Channels, limits: Limits) -> None:
        self._post = post
        self._channels = channels
        self._limits = limits
        self._offences: deque[float] = deque()

    def share(self) -> None:
        """A channel began or ended: give each its part, and take first what others get."""
        served = [
            channel for channel in self._channels if self._is_served(channel) and channel.serving.granted
        ]
        if not served:
            return
        part = max(self._limits.native_first_units, self._limits.native_units // len(served))
        for channel in sorted(served, key=lambda channel: -channel.serving.granted):
            if channel.serving.granted != part:
                self.grant(channel, part)

    def grant(self, channel: Channel, units: int, code: int = Code.OK, wait: int = 0) -> None:
        """Let so many units be outstanding on a channel.

        :raises ValueError: the sum would be more than our HELLO allows.
        """
        others = sum(
            other.serving.granted
            for other in self._channels
            if self._is_served(other) and other is not channel
        )
        if others + units > self._limits.native_units and units > channel.serving.granted:
            raise ValueError(f"a credit of {units} beside {others} is more than {self._limits.native_units}")
        serving = channel.serving
        lowered, serving.granted = units < serving.granted, units
        self._post.send(channel.number, Credit(units, code, wait))
        if lowered:
            serving.unsettled += 1
            self._post.line.ping(lambda: self._settle(channel))

    def admits(self, channel: Channel, count: int, now: float) -> bool:
        """Whether so many units more may be outstanding.

        :raises PeerError: it was asked for too much too often.
        """
        serving = channel.serving
        if serving.outstanding + count <= serving.granted:
            return True
        if not serving.unsettled:
            self._offences.append(now)
            while self._offences[0] <= now - self._limits.native_over_credit_s:
                self._offences.popleft()
            if len(self._offences) >= self._limits.native_over_credits:
                raise PeerError(
                    "more was asked for than may be outstanding, again and again", Code.OVER_CREDIT
                )
        return False

    def _settle(self, channel: Channel) -> None:
        channel.serving.unsettled -= 1

    def _is_served(self, channel: Channel) -> bool:
        return channel.phase is Phase.OPEN and channel.serving.offer is not None
