"""Which of two links between the same two ends stays.  Pure."""

from __future__ import annotations

from dataclasses import dataclass

from p2pstream.limits import LIMITS, Limits

__all__ = ["Standing", "same_ends", "stays"]


@dataclass(frozen=True)
class Standing:
    """What is known of one of them, on our side; both AUTHs have been right."""

    #: Whether we dialled it.
    dialled: bool
    #: The other end's id was bound to the TLS connection.
    bound: bool
    #: The other end's host.
    host: str
    #: When it began, and when a byte of it came last; monotonic seconds.
    began: float
    heard: float


def same_ends(one: Standing, two: Standing) -> bool:
    """Whether two links of one id certainly have the same other end.

    An AUTH in plaintext can be relayed: it counts only between links of one host.
    """
    return (one.bound and two.bound) or one.host == two.host


def stays(
    ours: bytes, theirs: bytes, one: Standing, two: Standing, now: float, limits: Limits = LIMITS
) -> Standing:
    """Which one stays; both ends come to the same answer.

    One that has been silent for long loses to one that has not; then the one that the
    smaller id dialled stays; of two that the same end dialled, the newer.

    :param ours: our id, and theirs.
    """
    silent = [now - link.heard >= limits.link_silent_s for link in (one, two)]
    if silent[0] is not silent[1]:
        return two if silent[0] else one
    if one.dialled is not two.dialled:
        return one if one.dialled is (ours < theirs) else two
    return one if one.began > two.began else two
