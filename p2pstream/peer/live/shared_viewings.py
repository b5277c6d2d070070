"""Broadcasts that a peer watches for pages and players of its machine: each once, whoever looks."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any

from twisted.internet.defer import Deferred, DeferredLock
from zope.interface import implementer

from p2pstream.content.keys import LiveKey
from p2pstream.content.shown import ShownFetch
from p2pstream.content.waits import awaited_text
from p2pstream.interfaces import IArriving, IFetched, ILiveData, IStreamView
from p2pstream.peer.live.viewing import LiveViewing

__all__ = ["SharedViewings", "UsedViewing"]

Opens = Callable[[], Coroutine[Any, Any, LiveViewing]]


class SharedViewing:
    """One of them, until nobody uses it any more."""

    def __init__(self, viewing: LiveViewing) -> None:
        self.viewing = viewing
        #: Those who use it.
        self.users: list[UsedViewing] = []
        #: How it ended, once it has.
        self._outcome: tuple[Any, ...] = ()
        viewing.done.addBoth(self._over)

    def shown(self) -> ShownFetch:
        """As pages show it."""
        seen = self.viewing.view.snapshot()
        said = seen.name, self.viewing.key.text, seen.length, seen.have, seen.rate, awaited_text(seen.awaited)
        return ShownFetch(*said, users=len(self.users))

    def use(self, user: UsedViewing) -> None:
        """One more."""
        self.users.append(user)
        self._tell()

    def _over(self, outcome: Any) -> None:
        self._outcome = (outcome,)
        self._tell()

    def _tell(self) -> None:
        for user in [each for each in self.users if self._outcome and not each.done.called]:
            user.done.callback(self._outcome[0])


@implementer(IFetched)
class UsedViewing:
    """See `streams.OpenStream`, as one of its users has it.

    :param left: called when this one has closed it.
    """

    def __init__(
        self, shared: SharedViewing, left: Callable[[SharedViewing, UsedViewing], Deferred[None]]
    ) -> None:
        self.data: IArriving = shared.viewing.data
        self.view: IStreamView = shared.viewing.view
        self.broadcast: ILiveData | None = shared.viewing.broadcast
        self.done: Deferred[None] = Deferred()
        self._shared = shared
        self._left = left

    def stop(self) -> Deferred[None]:
        """See `streams.OpenStream`: for this user it is as good as left."""
        return self.close()

    def close(self) -> Deferred[None]:
        """See `streams.OpenStream`."""
        self.done.addErrback(lambda _: None)
        return self._left(self._shared, self)


class SharedViewings:
    """All of one peer, by key.

    :param turned: called when one is watched that was not, or no longer.
    """

    def __init__(self, turned: Callable[[], None] = lambda: None) -> None:
        self._turned = turned
        self._shared: dict[LiveKey, SharedViewing] = {}
        # Of two who come at once one opens it.
        self._turn = DeferredLock()

    def shown(self) -> list[ShownFetch]:
        """All of them, the oldest first."""
        return [shared.shown() for shared in self._shared.values()]

    async def join(self, key: LiveKey, opens: Opens) -> tuple[UsedViewing, bool]:
        """One user more; and whether it was opened for that one.

        :param opens: takes part in it.
        """
        await self._turn.acquire()
        try:
            shared, is_new = self._shared.get(key), False
            if shared is None:
                shared, is_new = SharedViewing(await opens()), True
                self._shared[key] = shared
                self._turned()
            user = UsedViewing(shared, self._leave)
            shared.use(user)
            return user, is_new
        finally:
            self._turn.release()

    async def close(self) -> None:
        """Watch nothing more for anybody."""
        for key, shared in list(self._shared.items()):
            del self._shared[key]
            await shared.viewing.close()

    def _leave(self, shared: SharedViewing, user: UsedViewing) -> Deferred[None]:
        return Deferred.fromCoroutine(self._left(shared, user))

    async def _left(self, shared: SharedViewing, user: UsedViewing) -> None:
        if user not in shared.users:
            return
        shared.users.remove(user)
        key = shared.viewing.key
        if not shared.users and self._shared.get(key) is shared:
            del self._shared[key]
            self._turned()
            await shared.viewing.close()
