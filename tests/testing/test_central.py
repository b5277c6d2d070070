"""The central and the guest that tests are given keep the contracts of all of them."""

from __future__ import annotations

from typing import Any

from twisted.trial.unittest import SynchronousTestCase

from p2pstream.content.addresses import Address
from p2pstream.testing.central.central import CentralContract, GuestContract, MemoryCentral, MemoryGuest


class MemoryCentralTests(CentralContract, SynchronousTestCase):
    """Who has what, in memory."""

    def make_central(self) -> Any:
        """See `CentralContract`."""
        return MemoryCentral()


class MemoryGuestTests(GuestContract, SynchronousTestCase):
    """One that keeps what it is told."""

    def make_guest(self) -> MemoryGuest:
        """See `GuestContract`."""
        return MemoryGuest(bytes(32), Address("10.0.1.2", 40_000))

    def told_to(self, guest: MemoryGuest) -> list[Any]:
        """See `GuestContract`."""
        return guest.told

    def leave(self, guest: MemoryGuest) -> None:
        """See `GuestContract`."""
        guest.leave()
