"""Workers without threads, where tests decide when work is done, and what all workers must do."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from twisted.internet.defer import Deferred, execute
from zope.interface import implementer
from zope.interface.verify import verifyObject

from p2pstream.interfaces import IWorkers

if TYPE_CHECKING:
    from twisted.trial.unittest import TestCase as _Case
else:
    _Case = object

__all__ = ["HeldWorkers", "InlineWorkers", "WorkersContract"]


@implementer(IWorkers)
class InlineWorkers:
    """Work is done before `run` returns."""

    def run(self, work: Callable[..., Any], *args: Any) -> Deferred[Any]:
        """Do it now."""
        return execute(work, *args)


@implementer(IWorkers)
class HeldWorkers:
    """Work waits until the test says so: a disk as slow as one likes."""

    def __init__(self) -> None:
        self._waiting: deque[tuple[Deferred[Any], Callable[..., Any], tuple[Any, ...]]] = deque()

    def __len__(self) -> int:
        return len(self._waiting)

    def run(self, work: Callable[..., Any], *args: Any) -> Deferred[Any]:
        """Keep it for `step`."""
        done: Deferred[Any] = Deferred()
        self._waiting.append((done, work, args))
        return done

    def begin(self) -> None:
        """Do the oldest piece, but tell of it in its `step` only, as a thread does to a busy reactor."""
        done, work, args = self._waiting[0]
        result = work(*args)
        self._waiting[0] = done, lambda: result, ()

    def step(self, count: int = 1) -> None:
        """Do the ``count`` oldest pieces of work."""
        for _ in range(count):
            done, work, args = self._waiting.popleft()
            if not done.called:
                execute(work, *args).addBoth(done.callback)

    def flush(self) -> None:
        """Do all of it, and what follows from it."""
        while self._waiting:
            self.step()


class WorkersContract(_Case):
    """The contract of `IWorkers`, for those that work by themselves; for trial's ``TestCase``."""

    def make_workers(self) -> Any:
        """Who does the work."""
        raise NotImplementedError

    async def test_provides_workers(self) -> None:
        """The provider has all that the interface promises."""
        self.assertTrue(verifyObject(IWorkers, self.make_workers()))

    async def test_result(self) -> None:
        """What the work returned is delivered."""
        self.assertEqual(await self.make_workers().run(divmod, 7, 3), (2, 1))

    async def test_error(self) -> None:
        """What the work raised is delivered."""
        await self.assertFailure(self.make_workers().run(divmod, 7, 0), ZeroDivisionError)
