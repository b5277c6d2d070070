"""Several centrals as one: the first that answers is asked, and what they said is remembered."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Collection, Sequence
from typing import Any

from twisted.internet.defer import Deferred, DeferredList, TimeoutError, gatherResults

from p2pstream.content.addresses import Address
from p2pstream.content.keys import Key, LiveKey
from p2pstream.content.listed import ListedName, ListedPage, ListedPeer
from p2pstream.content.signed.heads import Head
from p2pstream.errors import NoCentral, P2PStreamError, Refused, SourceLost
from p2pstream.interfaces import INode
from p2pstream.protocols.central.asking import CentralLine

__all__ = ["CentralClient"]


class CentralClient:
    """Asks centrals in their order; made of lines, which it starts and closes.

    :param lent: those of them that others start and close.

    A central that is not there within two seconds, that breaks off, or that has too much to
    do is passed over.  When none answers, what was answered before counts; if there is
    nothing, it fails with `errors.NoCentral`, or with what the last one said.
    """

    def __init__(self, lines: Sequence[CentralLine], node: INode, lent: Collection[CentralLine] = ()) -> None:
        self.lines = tuple(lines)
        self._own = [line for line in lines if line not in lent]
        self._node = node
        self._remembered: OrderedDict[tuple[object, ...], Any] = OrderedDict()
        #: Whether the last answer was an old one, because no central could be reached.
        self.remembering = False
        #: Who answered last.
        self.teller: Address | None = None

    def unproven(self) -> Sequence[Address]:
        """Those of them that never proved who they are, and may be of the ancestor's kind."""
        return [line.address for line in self.lines if line.may_be_ancestors]

    def start(self) -> None:
        """Begin to dial all of them."""
        for line in self._own:
            line.start()

    def close(self) -> Deferred[None]:
        """Hang up everywhere."""
        closed = gatherResults([line.close() for line in self._own])
        return closed.addCallback(lambda _: None)

    def resolve(self, name: str, most: int = 50) -> Deferred[tuple[ListedName, ...]]:
        """See `CentralLine.resolve`; fires with nothing when nobody has it."""
        return self._ask(("resolve", name, most), lambda line: line.resolve(name, most))

    def search(self, words: str = "", after: bytes = b"", most: int = 100) -> Deferred[ListedPage]:
        """See `CentralLine.search`; a page goes on where the page before was of the same central."""
        return self._ask(("search", words, after, most), lambda line: line.search(words, after, most))

    def peers(self, key: Key, most: int = 50) -> Deferred[tuple[ListedPeer, ...]]:
        """See `CentralLine.peers`."""
        return self._ask(("peers", key, most), lambda line: line.peers(key, most))

    def head(self, key: LiveKey) -> Deferred[Head | None]:
        """The newest head of a broadcast that any of them knows of; None where none does, or answers."""
        return Deferred.fromCoroutine(self._head(key))

    async def _head(self, key: LiveKey) -> Head | None:
        asked = [Deferred.fromCoroutine(self._head_at(line, key)) for line in self.lines]
        found = [head for told, head in await DeferredList(asked, consumeErrors=True) if told and head]
        return max(found, key=lambda head: head.place, default=None)

    async def _head_at(self, line: CentralLine, key: LiveKey) -> Head | None:
        await line.ready().addTimeout(self._node.limits.central_wait_s, self._node.reactor)
        return await line.head(key)

    def beckon(self, id: bytes, key: Key, nonce: bytes, listen: Callable[[str], int]) -> Deferred[None]:
        """Have a peer dial us and show the nonce, by the first central that it is connected to.

        :param listen: given the IP address of ours that a central sees; the port there.
        :returns: fails with what the last one said, or with `errors.NoCentral`.
        """
        return Deferred.fromCoroutine(self._beckon(id, key, nonce, listen))

    async def _beckon(self, id: bytes, key: Key, nonce: bytes, listen: Callable[[str], int]) -> None:
        fault: P2PStreamError = NoCentral("no central is connected, to have it call that peer")
        for line in self.lines:
            if line.host:
                try:
                    await line.beckon(id, listen(line.host), nonce, key)
                    return
                except (NoCentral, Refused, SourceLost) as said:
                    fault = said
        raise fault

    def _ask(self, what: tuple[object, ...], ask: Callable[[CentralLine], Deferred[Any]]) -> Deferred[Any]:
        return Deferred.fromCoroutine(self._answer(what, ask))

    async def _answer(self, what: tuple[object, ...], ask: Callable[[CentralLine], Deferred[Any]]) -> Any:
        limits, faults = self._node.limits, list[P2PStreamError]()
        for line in self.lines:
            try:
                await line.ready().addTimeout(limits.central_wait_s, self._node.reactor)
                answer = await ask(line)
                self.teller = line.address
                return self._remember(what, answer)
            except TimeoutError:
                faults.append(NoCentral(f"no central at {line.address}: it does not answer"))
            except (NoCentral, Refused, SourceLost) as fault:
                faults.append(fault)
        if what in self._remembered:
            self.remembering = True
            return self._remembered[what]
        raise (
            faults[0] if len(faults) == 1 else NoCentral("; ".join(map(str, faults)) or "no central is given")
        )

    def _remember(self, what: tuple[object, ...], answer: Any) -> Any:
        self.remembering = False
        self._remembered[what] = answer
        self._remembered.move_to_end(what)
        if len(self._remembered) > self._node.limits.central_remembered:
            self._remembered.popitem(last=False)
        return answer
