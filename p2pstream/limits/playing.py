"""Bounds of showing films."""

from __future__ import annotations

from dataclasses import dataclass

from p2pstream.limits.row import bound

__all__ = ["PlayLimits"]


@dataclass(frozen=True, init=False, repr=False, eq=False)
class PlayLimits:
    """What a player holds of a film, whatever the film says of itself."""

    # before the decoder
    feed_bytes: int = bound(2_097_152, "bytes", "between the data and libvlc's thread")
    prefetch_bytes: int = bound(
        2_097_152,
        "bytes",
        "that libvlc reads ahead: what plays on while a read waits; its own habit is 16 MiB",
    )
    preamble_bytes: int = bound(
        33_554_432, "bytes", "searched for the end of a film's headers; longer ones are taken for none"
    )
    index_wait_s: float = bound(
        0.3,
        "s",
        "for Matroska's index before the film begins; good for seeking, but the last to come",
    )

    # of a broadcast
    live_stay_s: float = bound(
        30.0, "s", "after the last picture of a broadcast, for whoever wants to go back in it"
    )
    live_again_most: int = bound(3, "times", "in a row that a broadcast is taken up anew without a picture")

    # while it halts
    rebuffer_least_bytes: int = bound(
        196_608, "bytes", "gathered before a film goes on, however slow it is: three of libvlc's reads"
    )
    rebuffer_most_bytes: int = bound(
        3_500_000, "bytes", "gathered, however fast it is: no more than feed and prefetch hold together"
    )

    # behind it
    picture_width: int = bound(1920, "pixels", "of a decoded picture; libvlc scales larger ones down")
    picture_height: int = bound(1200, "pixels", "of a decoded picture; four are held, 9 MB each")
