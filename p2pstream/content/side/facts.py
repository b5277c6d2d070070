"""What is in a film."""

from __future__ import annotations

from typing import Any

from p2pstream.content.text import printable
from p2pstream.errors import PeerError
from p2pstream.limits import LIMITS, Limits
from p2pstream.values import value

__all__ = ["AUDIO", "SUBTITLES", "VIDEO", "Facts", "FilmTrack", "number_field", "text_field"]

VIDEO, AUDIO, SUBTITLES = "video", "audio", "subtitles"
_KINDS = {b"v": VIDEO, b"a": AUDIO, b"s": SUBTITLES}
_LETTERS = {kind: letter for letter, kind in _KINDS.items()}
_MOST = 2**53


@value
class FilmTrack:
    """One track; texts are printable, and empty where nothing is known, as numbers are 0."""

    kind: str
    #: As FFmpeg calls it: ``h264``, ``aac``, ``subrip``.
    codec: str
    #: By RFC 6381, as browsers ask for it: ``avc1.64001f``; empty where it has no such name.
    rfc6381: str = ""
    language: str = ""
    label: str = ""
    width: int = 0
    height: int = 0
    channels: int = 0
    #: Whether subtitles are text, not pictures.
    is_text: bool = False

    def encode(self) -> dict[bytes, Any]:
        """As `packfile` writes it."""
        said = {
            b"k": _LETTERS[self.kind],
            b"c": self.codec.encode(),
            b"r": self.rfc6381.encode(),
            b"l": self.language.encode(),
            b"t": self.label.encode(),
            b"w": self.width,
            b"h": self.height,
            b"n": self.channels,
            b"x": int(self.is_text),
        }
        return {at: value for at, value in said.items() if value}

    @classmethod
    def decode(cls, said: Any, limits: Limits = LIMITS) -> FilmTrack:
        """What `encode` wrote.

        :raises PeerError: it is none.
        """
        if not isinstance(said, dict) or said.get(b"k") not in _KINDS:
            raise PeerError("a track of side content is of no kind")
        return cls(
            _KINDS[said[b"k"]],
            text_field(said, b"c", limits),
            text_field(said, b"r", limits),
            text_field(said, b"l", limits),
            text_field(said, b"t", limits),
            number_field(said, b"w"),
            number_field(said, b"h"),
            number_field(said, b"n"),
            number_field(said, b"x") == 1,
        )


@value
class Facts:
    """How long it is, what it is wrapped in, and what is in it."""

    #: 0: nobody knows.
    duration_ms: int = 0
    #: ``mp4``, ``matroska``, ``webm``, ``mpegts``, ``avi`` or as FFmpeg calls it.
    container: str = ""
    tracks: tuple[FilmTrack, ...] = ()

    def of(self, kind: str) -> tuple[FilmTrack, ...]:
        """The tracks of a kind."""
        return tuple(track for track in self.tracks if track.kind == kind)

    def encode(self) -> dict[bytes, Any]:
        """As `packfile` writes it."""
        said = {
            b"c": self.container.encode(),
            b"d": self.duration_ms,
            b"t": [track.encode() for track in self.tracks],
        }
        return {at: value for at, value in said.items() if value}

    @classmethod
    def decode(cls, said: Any, limits: Limits = LIMITS) -> Facts:
        """What `encode` wrote.

        :raises PeerError: they are none.
        """
        if not isinstance(said, dict):
            raise PeerError("the facts of side content are no dictionary")
        tracks = said.get(b"t", [])
        if not isinstance(tracks, list) or len(tracks) > limits.film_tracks:
            raise PeerError(f"side content tells of more than {limits.film_tracks} tracks")
        read = tuple(FilmTrack.decode(each, limits) for each in tracks)
        return cls(number_field(said, b"d"), text_field(said, b"c", limits), read)


def text_field(said: dict[bytes, Any], at: bytes, limits: Limits) -> str:
    """A short text, made printable; empty where there is none.

    :raises PeerError: it is no text, or too long.
    """
    value = said.get(at, b"")
    if not isinstance(value, bytes) or len(value) > limits.side_text_bytes:
        raise PeerError(f"“{at.decode()}” of side content is not up to {limits.side_text_bytes} bytes")
    return printable(value.decode("utf-8", "replace"), limits.side_text_bytes)


def number_field(said: dict[bytes, Any], at: bytes) -> int:
    """A number, 0 where there is none.

    :raises PeerError: it is none, or below zero, or larger than any of its kind.
    """
    value = said.get(at, 0)
    if not isinstance(value, int) or not 0 <= value < _MOST:
        raise PeerError(f"“{at.decode()}” of side content is no number that it may be")
    return value
