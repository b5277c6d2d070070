"""What libvlc is told before it begins, and what is done so that it keeps quiet."""

from __future__ import annotations

import ctypes
import os
import sys
from functools import cache

from p2pstream.limits import Limits

__all__ = ["hardware_option", "hush_alsa", "prefetch_options"]


def hardware_option(wish: str) -> str:
    """The option for decoding in hardware (``auto``), or never (``none``).

    Hardware decodes into its own memory, and the picture is copied back.  libvlc
    itself falls back to software; without a render node it is spared the search,
    and the terminal what the search prints.
    """
    searched = wish == "auto" and (not sys.platform.startswith("linux") or os.path.exists("/dev/dri"))
    return "--avcodec-hw=any" if searched else "--avcodec-hw=none"


def prefetch_options(limits: Limits) -> tuple[str, str]:
    """How far libvlc reads ahead.

    Without both, it asks for up to 16 MiB in one read, and reads ahead as much.
    """
    return f":prefetch-buffer-size={limits.prefetch_bytes // 1024}", ":prefetch-read-size=65536"


@cache
def hush_alsa() -> None:
    """Without a sound card ALSA writes hundreds of lines to stderr, however quiet libvlc is to be."""
    try:
        alsa = ctypes.CDLL("libasound.so.2")
    except OSError:
        return
    # A function of C that cares for no argument: ALSA calls it from threads of its own.
    deaf = ctypes.cast(ctypes.CDLL(None).getpid, ctypes.c_void_p)
    alsa.snd_lib_error_set_handler(deaf)
