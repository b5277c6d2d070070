"""A central, asked once whether it is there and whether it can reach us."""

from __future__ import annotations

import os
from collections.abc import Callable

from twisted.internet.defer import Deferred, TimeoutError
from twisted.internet.interfaces import IReactorTime

from p2pstream.content.addresses import Address
from p2pstream.content.keys import FileKey
from p2pstream.content.listed import Lease
from p2pstream.errors import P2PStreamError
from p2pstream.limits import LIMITS, Limits
from p2pstream.peer.centrals.announcement import AnnounceLine
from p2pstream.peer.centrals.announcer import AnnounceListener
from p2pstream.roles.finding import Finding

__all__ = ["ask_central"]


class _Answers:
    """Waits for what a central tells, as `AnnounceListener`."""

    def __init__(self) -> None:
        self.there: Deferred[str] = Deferred()
        self.verdict: Deferred[Lease] = Deferred()

    def connected(self) -> None:
        """It is there."""
        self._first("")

    def lost(self, reason: str, answered: bool) -> None:
        """It is not."""
        self._first(reason if answered else f"{reason}; is p2p-central running there?")

    def leased(self, lease: Lease) -> None:
        """It says how it sees us; only a verdict counts."""
        if lease.reachable is not None and not self.verdict.called:
            self.verdict.callback(lease)

    def _first(self, reason: str) -> None:
        if not self.there.called:
            self.there.callback(reason)


async def ask_central(
    clock: IReactorTime,
    address: Address,
    dial: Callable[[Address, AnnounceListener], AnnounceLine],
    cause: Callable[[Address], str],
    limits: Limits = LIMITS,
) -> list[Finding]:
    """Whether it is there, and what came of its dialling us back.

    :param cause: why an address at which it dialled us in vain does not answer.
    """
    answers = _Answers()
    line = dial(address, answers)
    try:
        answers.there.addTimeout(limits.doctor_s, clock)
        reason = await answers.there
        if reason:
            return [Finding(False, f"central {address}: {reason}")]
        there = Finding(True, f"central {address}: answers")
        return [there, await _reach(clock, line, answers, cause, limits)]
    except TimeoutError:
        return [Finding(False, f"central {address}: no answer")]
    finally:
        answers.verdict.addErrback(lambda _: None)
        await line.close()


async def _reach(
    clock: IReactorTime,
    line: AnnounceLine,
    answers: _Answers,
    cause: Callable[[Address], str],
    limits: Limits,
) -> Finding:
    """Claim what nobody will ask for, so that the central looks at us."""
    key = FileKey(os.urandom(32), 1)
    try:
        answers.leased(await line.announce([key]))
        answers.verdict.addTimeout(limits.doctor_s, clock)
        lease = await answers.verdict
        await line.withdraw([key])
    except TimeoutError:
        return Finding(True, "reachable: the central did not try")
    except P2PStreamError as fault:
        return Finding(False, f"reachable: the central does not say: {fault}")
    if lease.observed is None or lease.reachable:
        return Finding(True, f"reachable: the central dialled {lease.observed or 'us'} and found this peer")
    return Finding(False, f"reachable: the central dialled {lease.observed} in vain; {cause(lease.observed)}")
