"""Where a page finds what belongs to a film: at whom, and under what address."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import quote

from p2pstream.content.addresses import Address
from p2pstream.content.keys import FileKey, parse_key
from p2pstream.content.shown import ShownStream
from p2pstream.interfaces import ICentralView
from p2pstream.web.pages.film import givers

__all__ = ["sides_of"]


async def sides_of(view: ICentralView, stream: ShownStream, asker: Address | None) -> Sequence[str]:
    """The places of a film's side content, ``http://PEER/side/…``, those first who are connected.

    Whoever shares the film makes what belongs to it, no two quite the same; so of those who do
    not have what the record names it is asked for by the film's name.  Who fetched the film
    shares no such name, and may have what the record names.

    :param asker: who is told of it.
    """
    if not stream.pictures:
        return ()
    key = parse_key(stream.pictures)
    keyed = await view.keyed(key, asker) if isinstance(key, FileKey) else []
    by_key = [(peer, quote(stream.pictures, safe="")) for peer in keyed if peer.http and peer.seed]
    having = {peer.address for peer, _ in by_key}
    others = (peer for peer in givers(stream) if peer.address not in having)
    by_name = [(peer, quote(stream.name, safe="")) for peer in others]
    ways = sorted(by_key + by_name, key=lambda way: not way[0].here)
    return [f"http://{peer.address}/side/{what}" for peer, what in ways]
