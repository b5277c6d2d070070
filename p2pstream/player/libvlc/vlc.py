"""One libvlc: an instance, its media player, and the little of both that we use.

Everything that may block (`Libvlc`'s making, `load`, `stop`) is to be called in a
worker thread, and nothing else while one of these runs: libvlc holds its input lock
meanwhile, and even asking for the time would wait for it.  No libvlc event is used:
states are polled, so that no code of ours runs on a thread of libvlc's but the
memory callbacks.
"""

from __future__ import annotations

import importlib
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from p2pstream.errors import NoPlayer
from p2pstream.limits import LIMITS, Limits
from p2pstream.player.libvlc.choices import Choices
from p2pstream.player.libvlc.memory_input import MemoryInput
from p2pstream.player.libvlc.memory_output import MemoryOutput
from p2pstream.player.libvlc.own_window import OwnWindow
from p2pstream.player.libvlc.text_files import TextFiles
from p2pstream.player.libvlc.video_track import VideoTrack, video_track
from p2pstream.player.libvlc.vlc_options import hush_alsa, prefetch_options
from p2pstream.player.scene.side_texts import TextTrack
from p2pstream.values import value

__all__ = ["DECODED_AHEAD", "Libvlc", "Stats"]

#: A smaller part of a film says too little of its length.
GUESSING_FROM = 0.01

#: What libvlc reads and decodes before it is shown, in seconds.  None of its caching
#: options changes that: they are for other ways of reading than from memory.
DECODED_AHEAD = 0.4

#: The priority of what the viewer asked for, which libvlc then selects, and of what he may choose.
SLAVE_WANTED, SLAVE_OFFERED = 4, 3

STATES = ("idle", "opening", "buffering", "playing", "paused", "stopped", "ended", "error")


@value
class Stats:
    """What libvlc has done with one media so far; refreshed once a second."""

    #: Bytes handed to decoders, modulo 2**32: libvlc counts them in a C int.
    demuxed: int = 0
    #: Pictures that came out too late to be shown.
    lost: int = 0
    #: Pieces of sound decoded.
    sounds: int = 0
    #: Pictures decoded, and pictures shown, repeats included.
    decoded: int = 0
    displayed: int = 0


class Libvlc:
    """One media at a time, played to memory or to libvlc's own window.

    :raises NoPlayer: when libvlc is there but does not start.
    """

    def __init__(self, options: Sequence[str], limits: Limits = LIMITS) -> None:
        self._limits = limits
        os.environ.setdefault("LIBVA_MESSAGING_LEVEL", "0")
        hush_alsa()
        self._vlc: Any = importlib.import_module("vlc")
        # A wrong option, or no plugins: None instead of an exception.
        self._instance = self._vlc.Instance(*options)
        if self._instance is None:
            raise NoPlayer(
                "libvlc does not start: its plugins are missing (Debian, Ubuntu: apt install vlc-plugin-base)"
            )
        self._player = self._instance.media_player_new()
        self._media: Any = None
        # Kept here because libvlc and python-vlc keep neither.
        self._input: MemoryInput | None = None
        self._output: MemoryOutput | None = None
        self._texts = TextFiles()
        self.choices = Choices(self._player)
        self.own_window = OwnWindow(self._vlc, self._player)

    # These may block

    def load(self, source: MemoryInput, start: float, rate: float = 1.0, subtitles: str = "") -> None:
        """Play ``source`` from ``start`` seconds on, in place of what was played.

        :param subtitles: path of a file to show them from; it goes as an escaped URI,
            never as text.  Added later, those that had begun would be left out.
        """
        self._player.stop()
        self._release_media()
        self._input = source
        self._media = source.media(self._vlc, self._instance)
        for option in prefetch_options(self._limits):
            self._media.add_option(option)
        if start > 0:
            self._media.add_option(f":start-time={start:.3f}")
        if subtitles:
            uri = Path(subtitles).absolute().as_uri()
            self._media.slaves_add(self._vlc.MediaSlaveType.subtitle, SLAVE_WANTED, uri.encode())
        for address in self._texts.addresses:
            self._media.slaves_add(self._vlc.MediaSlaveType.subtitle, SLAVE_OFFERED, address)
        if self.own_window.title:
            # What is drawn, and no more: nothing in it is an option, a place or markup.
            self._media.set_meta(self._vlc.Meta.Title, self.own_window.title)
        self._player.set_media(self._media)
        self._player.play()
        if rate != 1.0:
            self._player.set_rate(rate)

    def stop(self) -> None:
        """Stop and give everything back.  The feed must have been cancelled before."""
        self._player.stop()
        self._release_media()
        # python-vlc releases nothing by itself: 30 films would keep 350 MB.
        self._player.release()
        self._instance.release()
        self._texts.close()
        self._input = self._output = None

    def _release_media(self) -> None:
        media, self._media = self._media, None
        if media is not None:
            media.release()

    # These do not

    def show_in(self, output: MemoryOutput) -> None:
        """Send the pictures to memory, from the next `load` on."""
        self._output = output
        output.attach(self._vlc, self._player)

    @property
    def state(self) -> str:
        """One of `STATES`."""
        return STATES[self._player.get_state().value]

    @property
    def seconds(self) -> float:
        """The time on screen; refreshed four times a second."""
        return float(max(0, self._player.get_time())) / 1000

    @property
    def duration(self) -> float:
        """Seconds in all; 0 while unknown.

        A transport stream does not say: guessed from how far its bytes went so far.
        """
        length = float(max(0, self._player.get_length())) / 1000
        place = 0.0 if length else float(self._player.get_position())
        return (self.seconds + DECODED_AHEAD) / place if place > GUESSING_FROM else length

    @property
    def video_size(self) -> tuple[int, int]:
        """Width and height of the pictures before they are turned upright; zeros while unknown.

        Safe to ask inside the format callback.
        """
        size = self._player.video_get_size(0)
        return (0, 0) if size is None else (int(size[0]), int(size[1]))

    @property
    def video_track(self) -> VideoTrack:
        """What the film says of its pictures."""
        return VideoTrack() if self._media is None else video_track(self._vlc, self._media)

    @property
    def stats(self) -> Stats:
        """What was done with this media so far."""
        counts = self._vlc.MediaStats()
        if self._media is None or not self._media.get_stats(counts):
            return Stats()
        return Stats(
            counts.demux_read_bytes % 2**32,
            counts.lost_pictures,
            counts.decoded_audio,
            counts.decoded_video,
            counts.displayed_pictures,
        )

    def pause(self, paused: bool) -> None:
        """Asynchronous: ``state`` follows later.  Not ``pause()``, which toggles."""
        self._player.set_pause(int(paused))

    def seek(self, seconds: float, duration: float) -> None:
        """Asynchronous; many in a row melt into few."""
        if self._player.get_length() > 0:
            self._player.set_time(int(seconds * 1000))
        elif duration > 0:
            # Transport streams have no length, and then only places.
            self._player.set_position(min(1.0, seconds / duration))

    def offer_texts(self, tracks: Sequence[TextTrack]) -> None:
        """Let the viewer choose these subtitles, too, of this film, also when it is loaded again.

        Asynchronous.  Those that have begun are seen from the next one on.
        """
        self._texts.close()
        self._texts = TextFiles(tracks)
        self.choices.names = self._texts.names
        for address in self._texts.addresses:
            self._player.add_slave(self._vlc.MediaSlaveType.subtitle, address, False)

    def set_rate(self, rate: float) -> None:
        """How fast to play; 1.0 is as it was filmed."""
        self._player.set_rate(rate)

    def set_volume(self, percent: int, muted: bool) -> None:
        """0 to 100 and beyond.  Harmless where there is no sound device."""
        self._player.audio_set_volume(percent)
        self._player.audio_set_mute(muted)
