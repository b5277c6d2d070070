"""The pages of hashes that prove a stream's units: asked for ahead of the units."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from twisted.logger import Logger
from twisted.python.failure import Failure

from p2pstream.errors import BadProof, Refused, SourceLost
from p2pstream.interfaces import IStoredStream, IUnitSource
from p2pstream.limits import LIMITS, Limits

__all__ = ["PagePicker"]

_log = Logger()

#: Layer, first node, number of nodes, uncles.
Page = tuple[int, int, int, int]


class PagePicker:
    """Which pages are asked for, and of whom.

    :param stream: takes the pages, and knows what is still unproven.
    :param came: called when a page came or will not: more units may be asked for.
    :param useless: called with a source that refuses pages, or sends some that fit nothing.
    :param lying: called with a source, a unit and the fault, when a page was proven wrong.
    """

    def __init__(
        self,
        stream: IStoredStream,
        came: Callable[[], None],
        useless: Callable[[IUnitSource, str], None],
        lying: Callable[[IUnitSource, int, str], None],
        limits: Limits = LIMITS,
    ) -> None:
        self._stream = stream
        self._came = came
        self._useless = useless
        self._lying = lying
        self._limits = limits
        #: Who was asked for a page, and when.
        self._asked: dict[Page, dict[IUnitSource, float]] = {}
        self._blind: dict[IUnitSource, int] = {}
        self._failures: dict[IUnitSource, int] = {}
        self._narrow: set[IUnitSource] = set()
        #: The last one that was asked who has proofs: for units of those who have none.
        self._prover: IUnitSource | None = None
        self._begun = False

    def allowed(self, source: IUnitSource, first: int, count: int, now: float, urgent: bool = False) -> int:
        """How many units from ``first`` on may be asked of ``source`` now, at most ``count``.

        Asks for what proves them where nobody was asked yet; also where one alone was, and
        it is urgent, or overdue.  Some units may be asked for behind their page: it will be
        here before them.
        """
        page = self._next(source, first, count)
        if page is None:
            return count
        if page[1] > first:
            return min(count, page[1] - first)
        if not source.proofs:
            # Another's page comes before its units: none is asked for that nobody could prove.
            if self._prover is not None:
                self._is_asked(self._prover, page, now)
            return 0
        self._prover = source
        if not self._is_asked(source, page, now, 2 if urgent else 1):
            return 0
        blind = self._blind.get(source, 0)
        allowed = max(0, min(count, self._limits.ask_blind_units - blind))
        self._blind[source] = blind + allowed
        return allowed

    def ahead(self, source: IUnitSource, first: int, now: float) -> None:
        """Units from ``first`` on will be asked for soon."""
        if source.proofs and first < self._stream.key.units:
            page = self._next(source, first, 1)
            if page is not None:
                self._is_asked(source, page, now)

    def forget(self, source: IUnitSource) -> None:
        """A source is gone, and what was asked of it."""
        for holders in self._asked.values():
            holders.pop(source, None)
        self._asked = {page: holders for page, holders in self._asked.items() if holders}
        self._blind.pop(source, None)
        self._failures.pop(source, None)
        self._narrow.discard(source)
        if self._prover is source:
            self._prover = None

    def _next(self, source: IUnitSource, first: int, count: int) -> Page | None:
        wide = self._begun and source not in self._narrow
        most = self._limits.page_hashes if wide else self._limits.first_page_hashes
        return self._stream.needs(first, count, most)

    def _is_asked(self, source: IUnitSource, page: Page, now: float, most: int = 1) -> bool:
        """Whether a source was asked for a page. It is where fewer than ``most`` were, or all are late."""
        holders = self._asked.setdefault(page, {})
        late = now - max(holders.values(), default=now) >= self._limits.overdue_s
        if source not in holders and (late or len(holders) < most):
            holders[source] = now
            asking = source.ask_hashes(*page)
            asking.addCallbacks(partial(self._take, source, page), partial(self._missed, source, page))
            asking.addErrback(lambda failure: _log.failure("a page of hashes broke a download", failure))
            # What is answered at once is asked for no more, and may be relied on.
            return source in holders or page not in self._asked
        return source in holders

    def _take(self, source: IUnitSource, page: Page, came: tuple[bytes, bytes]) -> None:
        layer, first, _, _ = page
        self._answered(source, page)
        try:
            taken = self._stream.put_hashes(layer, first, *came)
        except BadProof as fault:
            self._lying(source, first, str(fault))
            return
        self._begun = self._begun or taken
        if not taken:
            self._failed(source, "its hashes reach nothing that is proven")
        self._came()

    def _missed(self, source: IUnitSource, page: Page, failure: Failure) -> None:
        self._answered(source, page)
        if failure.check(SourceLost):
            return
        failure.trap(Refused)
        if page[2] > self._limits.first_page_hashes:
            self._narrow.add(source)
        else:
            self._failed(source, str(failure.value))
        self._came()

    def _answered(self, source: IUnitSource, page: Page) -> None:
        holders = self._asked.get(page, {})
        holders.pop(source, None)
        if not holders:
            self._asked.pop(page, None)
        self._blind.pop(source, None)

    def _failed(self, source: IUnitSource, why: str) -> None:
        self._failures[source] = self._failures.get(source, 0) + 1
        if self._failures[source] >= self._limits.page_failures:
            self._useless(source, why)
