"""Which of a film's sound tracks is heard, and which of its subtitles are seen."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

__all__ = ["Choices"]

#: What libvlc calls no track at all.
OFF = -1


class Choices:
    """Goes through them, one after the other.

    :param player: libvlc's media player.
    """

    def __init__(self, player: Any) -> None:
        self._player = player

    def next_sound(self) -> str:
        """Play the next sound track; returns its name, empty when there is none other."""
        tracks = [track for track in self._player.audio_get_track_description() or () if track[0] != OFF]
        return choose_next(tracks, self._player.audio_get_track(), self._player.audio_set_track)

    def next_subtitles(self) -> str:
        """Show the next subtitles, or none after the last; empty when there are none at all."""
        tracks = list(self._player.video_get_spu_description() or ())
        return choose_next(tracks, self._player.video_get_spu(), self._player.video_set_spu)


def choose_next(tracks: list[tuple[int, bytes]], now: int, choose: Callable[[int], Any]) -> str:
    """Choose the track after ``now``, the first after the last; its name, if there is a choice."""
    if len(tracks) < 2:
        return ""
    ids = [track[0] for track in tracks]
    index = (ids.index(now) + 1) % len(ids) if now in ids else 0
    choose(ids[index])
    return "off" if ids[index] == OFF else tracks[index][1].decode("utf-8", "replace")
