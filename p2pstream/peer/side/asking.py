"""What belongs to films of others: their records name it, and it is fetched as any stream is."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from twisted.internet.defer import Deferred

from p2pstream.content.keys import FileKey
from p2pstream.content.links import Link
from p2pstream.data.gathered import Gathered
from p2pstream.limits import LIMITS, Limits

if TYPE_CHECKING:
    from p2pstream.peer.names.lookup import AskedCentral
    from p2pstream.peer.streams import OpenStream

__all__ = ["fetch_side", "named_sides"]


async def named_sides(asked: AskedCentral, name: str) -> Mapping[str, FileKey]:
    """Of all films of a name the key of their side content, by the text of the film's key.

    :param asked: closed by this.
    :raises P2PStreamError: no central answers.
    """
    asked.start()
    try:
        names = await asked.resolve(name)
    finally:
        await asked.close()
    records = [each.record for each in names if each.record is not None]
    return {str(each.key): each.side for each in records if each.side is not None}


async def fetch_side(
    asked: AskedCentral,
    link: Link,
    film: FileKey,
    fetch: Callable[[Link], Deferred[OpenStream]],
    limits: Limits = LIMITS,
) -> bytes | None:
    """The side content of a film (`content.side.packfile`), made by whoever shares that; None: none.

    :param asked: closed by this.
    :param fetch: begins to fetch what a link names.
    :raises P2PStreamError: it cannot be had.
    """
    side = (await named_sides(asked, link.name)).get(str(film))
    if side is None or side.length > limits.side_bytes:
        return None
    stream, read = await fetch(Link(link.central, side.text, link.others)), Gathered()
    try:
        await stream.data.read_to(read)
        return read.content
    finally:
        await stream.close()
