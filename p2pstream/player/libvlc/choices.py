"""Which of a film's sound tracks is heard, and which of its subtitles are seen."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

__all__ = ["Choices"]

#: What libvlc calls no track at all.
OFF = -1


class Choices:
    """Goes through them, one after the other.

    :param player: libvlc's media player.
    :ivar names: of the subtitles that were added to those of the film; libvlc numbers them only.
    """

    def __init__(self, player: Any) -> None:
        self._player = player
        self.names: Sequence[str] = ()

    def next_sound(self) -> str:
        """Play the next sound track; returns its name, empty when there is none other."""
        tracks = [track for track in self._player.audio_get_track_description() or () if track[0] != OFF]
        return choose_next(tracks, self._player.audio_get_track(), self._player.audio_set_track)

    def next_subtitles(self) -> str:
        """Show the next subtitles, or none after the last; empty when there are none at all."""
        tracks = named_last(list(self._player.video_get_spu_description() or ()), self.names)
        return choose_next(tracks, self._player.video_get_spu(), self._player.video_set_spu)


def named_last(tracks: list[tuple[int, bytes]], names: Sequence[str]) -> list[tuple[int, bytes]]:
    """The same, the last of them by these names, once all are there: libvlc adds them behind the others."""
    first = len(tracks) - len(names)
    if first < sum(track[0] == OFF for track in tracks):
        return tracks
    named = [(track[0], name.encode()) for track, name in zip(tracks[first:], names, strict=True)]
    return [*tracks[:first], *named]


def choose_next(tracks: list[tuple[int, bytes]], now: int, choose: Callable[[int], Any]) -> str:
    """Choose the track after ``now``, the first after the last; its name, if there is a choice."""
    if len(tracks) < 2:
        return ""
    ids = [track[0] for track in tracks]
    index = (ids.index(now) + 1) % len(ids) if now in ids else 0
    choose(ids[index])
    return "off" if ids[index] == OFF else tracks[index][1].decode("utf-8", "replace")
