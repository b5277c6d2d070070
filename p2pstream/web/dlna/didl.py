"""Entries of a library as control points read them: DIDL-Lite (ContentDirectory:1, section 2.8).  Pure.

Whatever is not ours passes through `html.escape`; names have none of the characters that XML has
no way to write (`content.names`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from html import escape
from urllib.parse import quote

from p2pstream.content.dlna import protocol_info
from p2pstream.content.library import ROOT, LibraryEntry, LibraryFilm, LibraryFolder
from p2pstream.content.side import Side
from p2pstream.web.dlna.criteria import Properties

__all__ = ["Describer", "Filter", "properties"]

_FOLDER_CLASS = "object.container.storageFolder"
_CLASSES = {"video": "object.item.videoItem", "audio": "object.item.audioItem.musicTrack"}
_HEAD = (
    '<DIDL-Lite xmlns="urn:schemas-upnp-org:metadata-1-0/DIDL-Lite/" '
    'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:upnp="urn:schemas-upnp-org:metadata-1-0/upnp/" '
    'xmlns:dlna="urn:schemas-dlna-org:metadata-1-0/" xmlns:sec="http://www.sec.co.kr/">'
)
_SUBRIP = ".srt"
#: A picture of no more than 640 x 480 pixels.
_PICTURE_PROFILE = "JPEG_SM"


class Filter:
    """Which of the properties that need not be told are wanted (the Filter of an action)."""

    def __init__(self, text: str) -> None:
        self._names = {name.strip() for name in text.split(",")}
        self._all = "*" in self._names

    def __contains__(self, name: str) -> bool:
        """Whether a property is; an attribute wants the element it is of, and an element all it has."""
        element = name.partition("@")[0]
        return self._all or not self._names.isdisjoint((name, element)) or self._is_begun(name)

    def _is_begun(self, name: str) -> bool:
        return any(each.startswith(f"{name}@") for each in self._names)


def properties(entry: LibraryEntry) -> Properties:
    """What of it may be searched for."""
    has = {
        "@id": str(entry.number),
        "@parentID": str(entry.parent),
        "@restricted": "1",
        "dc:title": entry.title,
        "upnp:class": _class_of(entry),
    }
    if isinstance(entry, LibraryFilm):
        has |= {
            "res": entry.name,
            "res@size": str(entry.length),
            "res@protocolInfo": protocol_info(entry.kind),
        }
    return has


class Describer:
    """Writes entries for one client.

    :param origin: how it calls us: ``http://192.0.2.7:2050``.
    :param title: what the root is called.
    """

    def __init__(self, origin: str, title: str, wanted: Filter) -> None:
        self._origin = origin
        self._title = title
        self._filter = wanted

    def document(self, entries: Iterable[str]) -> str:
        """All of them."""
        return f"{_HEAD}{''.join(entries)}</DIDL-Lite>"

    def folder(self, folder: LibraryFolder, children: int) -> str:
        """A folder, and how many entries are in it."""
        count = f' childCount="{children}"' if "@childCount" in self._filter else ""
        used = "<upnp:storageUsed>-1</upnp:storageUsed>" if "upnp:storageUsed" in self._filter else ""
        title = self._title if folder.number == ROOT else folder.title
        return (
            f'<container id="{folder.number}" parentID="{folder.parent}" restricted="1" searchable="1"'
            f"{count}>"
            f"<dc:title>{escape(title)}</dc:title><upnp:class>{_FOLDER_CLASS}</upnp:class>{used}</container>"
        )

    def film(self, film: LibraryFilm, side: Side | None, texts: Sequence[str] = ()) -> str:
        """A film, and what is known of it beside its bytes.

        :param texts: names of files with its subtitles.
        """
        return (
            f'<item id="{film.number}" parentID="{film.parent}" restricted="1">'
            f"<dc:title>{escape(film.title)}</dc:title><upnp:class>{_class_of(film)}</upnp:class>"
            f"{''.join(self._optional(film, side))}{''.join(self._captions(texts))}</item>"
        )

    def _optional(self, film: LibraryFilm, side: Side | None) -> Iterator[str]:
        if "res" in self._filter:
            yield self._resource(film, side)
        if side is not None and side.picture is not None and "upnp:albumArtURI" in self._filter:
            url = escape(f"{self._origin}/side/{quote(film.name, safe='')}/picture.jpg")
            yield f'<upnp:albumArtURI dlna:profileID="{_PICTURE_PROFILE}">{url}</upnp:albumArtURI>'

    def _captions(self, texts: Sequence[str]) -> Iterator[str]:
        """Subtitles, as televisions of several makers look for them: in SubRip, which all of them read."""
        known = [name for name in texts if name.lower().endswith(_SUBRIP)]
        for name in known[:1]:
            url = self._shared(name)
            for element in ("sec:CaptionInfoEx", "sec:CaptionInfo"):
                if element in self._filter:
                    yield f'<{element} sec:type="srt">{url}</{element}>'
        for name in known if "res" in self._filter else ():
            yield f'<res protocolInfo="http-get:*:text/srt:*">{self._shared(name)}</res>'

    def _shared(self, name: str) -> str:
        return escape(f"{self._origin}/share/{quote(name, safe='')}")

    def _resource(self, film: LibraryFilm, side: Side | None) -> str:
        said = {"protocolInfo": protocol_info(film.kind)}
        if "res@size" in self._filter:
            said["size"] = str(film.length)
        if side is not None and side.facts.duration_ms and "res@duration" in self._filter:
            said["duration"] = _clock(side.facts.duration_ms)
        if "res@resolution" in self._filter and (size := _resolution(side)):
            said["resolution"] = size
        attributes = "".join(f' {name}="{escape(value)}"' for name, value in said.items())
        return f"<res{attributes}>{self._shared(film.name)}</res>"


def _class_of(entry: LibraryEntry) -> str:
    if isinstance(entry, LibraryFolder):
        return _FOLDER_CLASS
    return _CLASSES[entry.kind.partition("/")[0]]


def _clock(milliseconds: int) -> str:
    """As ``res@duration`` is written: hours, minutes, seconds, with a fraction."""
    seconds, fraction = divmod(milliseconds, 1000)
    return f"{seconds // 3600}:{seconds // 60 % 60:02}:{seconds % 60:02}.{fraction:03}"


def _resolution(side: Side | None) -> str:
    tracks = () if side is None else side.facts.tracks
    return next((f"{each.width}x{each.height}" for each in tracks if each.width and each.height), "")
