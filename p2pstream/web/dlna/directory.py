"""What ContentDirectory and ConnectionManager answer, over a library."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from itertools import islice

from p2pstream.content.dlna import CONNECTION_MANAGER, CONTENT_DIRECTORY
from p2pstream.content.library import LibraryEntry, LibraryFolder
from p2pstream.content.media_types import PLAYED
from p2pstream.interfaces import ILibrary
from p2pstream.limits import LIMITS, Limits
from p2pstream.web.dlna.criteria import read_criteria
from p2pstream.web.dlna.didl import Describer, Filter, properties
from p2pstream.web.dlna.soap import Action, UpnpFault

__all__ = ["SOURCES", "MediaDirectory", "Results"]

#: Names and values, in the order in which the service's description has them.
Results = Sequence[tuple[str, str]]

#: How what we have can be had.
SOURCES = ",".join(f"http-get:*:{kind}:*" for kind in PLAYED)
_SEARCHABLE = "@id,@parentID,dc:title,upnp:class,res,res@size,res@protocolInfo"
_NO_SUCH_OBJECT, _NO_SUCH_CONTAINER, _BAD_SORT = 701, 710, 709


class MediaDirectory:
    """Answers for one library.

    :param title: what the root is called.
    :param pause: lets others have their turn; called while a search goes through thousands of entries.
    """

    def __init__(
        self, library: ILibrary, title: str, pause: Callable[[], Awaitable[object]], limits: Limits = LIMITS
    ) -> None:
        self._library = library
        self._title = title
        self._pause = pause
        self._limits = limits

    async def answer(self, action: Action, origin: str) -> Results:
        """What is asked for.

        :param origin: how the client calls us: ``http://192.0.2.7:2050``.
        :raises UpnpFault: it cannot be had.
        """
        if (action.service, action.name) == (CONTENT_DIRECTORY, "Browse"):
            return await self._browse(action, origin)
        if (action.service, action.name) == (CONTENT_DIRECTORY, "Search"):
            return await self._search(action, origin)
        results = self._simple(action)
        if results is None:
            raise UpnpFault(401, f"{action.name} cannot be asked of this service")
        return results

    def _simple(self, action: Action) -> Results | None:
        """What needs no looking; None: there is no such action."""
        if action.service == CONTENT_DIRECTORY:
            simple: dict[str, Results] = {
                "GetSearchCapabilities": [("SearchCaps", _SEARCHABLE)],
                "GetSortCapabilities": [("SortCaps", "dc:title")],
                "GetSystemUpdateID": [("Id", str(self._library.changes))],
            }
            return simple.get(action.name)
        if action.service == CONNECTION_MANAGER:
            return _managed(action)
        return None

    async def _browse(self, action: Action, origin: str) -> Results:
        number, flag = _object(action.text("ObjectID")), action.text("BrowseFlag")
        entry = self._library.get(number)
        if entry is None:
            raise UpnpFault(_NO_SUCH_OBJECT, "it is not shared, or not any more")
        if flag == "BrowseMetadata":
            return await self._told(action, origin, [entry], 1)
        if flag != "BrowseDirectChildren":
            raise UpnpFault(402, "BrowseFlag is none of its two values")
        if not isinstance(entry, LibraryFolder):
            raise UpnpFault(_NO_SUCH_CONTAINER, "it is no folder")
        inside = self._library.inside(number)
        start, stop = self._span(action)
        ordered = inside[::-1] if _is_reversed(action) else inside
        return await self._told(action, origin, ordered[start:stop], len(inside))

    async def _search(self, action: Action, origin: str) -> Results:
        number = _object(action.text("ContainerID"))
        if not isinstance(self._library.get(number), LibraryFolder):
            raise UpnpFault(_NO_SUCH_CONTAINER, "there is no such folder")
        criteria = read_criteria(action.text("SearchCriteria"), self._limits)
        start, stop = self._span(action)
        found: list[LibraryEntry] = []
        below = self._library.below(number)
        while part := list(islice(below, self._limits.dlna_steps)):
            found += [entry for entry in part if criteria(properties(entry))]
            await self._pause()
        if _is_reversed(action):
            found.reverse()
        return await self._told(action, origin, found[start:stop], len(found))

    def _span(self, action: Action) -> tuple[int, int]:
        start, count = action.number("StartingIndex"), action.number("RequestedCount")
        most = self._limits.dlna_rows
        return start, start + (min(count, most) if count else most)

    async def _told(
        self, action: Action, origin: str, entries: Sequence[LibraryEntry], total: int
    ) -> Results:
        describer = Describer(origin, self._title, Filter(action.text("Filter")))
        told = []
        for entry in entries:
            if isinstance(entry, LibraryFolder):
                told.append(describer.folder(entry, len(self._library.inside(entry.number))))
            else:
                side, texts = await self._library.side(entry), self._library.subtitles(entry)
                told.append(describer.film(entry, side, texts))
        return [
            ("Result", describer.document(told)),
            ("NumberReturned", str(len(told))),
            ("TotalMatches", str(total)),
            ("UpdateID", str(self._library.changes)),
        ]


def _object(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and len(text) <= 10):
        raise UpnpFault(_NO_SUCH_OBJECT, "nothing has that id")
    return int(text)


def _is_reversed(action: Action) -> bool:
    """Whether titles come in descending order; all that can be asked for.

    :raises UpnpFault: it is none of what is sorted by.
    """
    text = action.text("SortCriteria").strip()
    for each in filter(None, text.split(",")):
        if each.strip()[:1] not in ("+", "-"):
            raise UpnpFault(_BAD_SORT, "what is sorted by begins with + or -")
    return "-dc:title" in text


def _managed(action: Action) -> Results | None:
    if action.name == "GetProtocolInfo":
        return [("Source", SOURCES), ("Sink", "")]
    if action.name == "GetCurrentConnectionIDs":
        return [("ConnectionIDs", "0")]
    if action.name != "GetCurrentConnectionInfo":
        return None
    # Where connections are not prepared, number 0 stands for all that there are.
    if action.number("ConnectionID") != 0:
        raise UpnpFault(706, "there is no such connection")
    return [
        ("RcsID", "-1"),
        ("AVTransportID", "-1"),
        ("ProtocolInfo", ""),
        ("PeerConnectionManager", ""),
        ("PeerConnectionID", "-1"),
        ("Direction", "Output"),
        ("Status", "Unknown"),
    ]
