"""Looks whether films can be shown here, and names what is missing and how to get it.

SFML does not raise where there is no display: it aborts the process.  So the display
is asked for first, by hand.  Nothing here raises or ends the process.
"""

from __future__ import annotations

import ctypes
import importlib
import os
import sys
from importlib.util import find_spec

__all__ = ["display_problem", "libvlc_problem", "sfml_problem", "sfml_wheels"]

ELSEWHERE = "or use --player none, or run it under Xvfb (xvfb-run)"
LIBVLC = "Debian, Ubuntu: apt install libvlc5 vlc-plugin-base; elsewhere install VLC"
X_LIBRARIES = "Debian, Ubuntu: apt install libgl1 libxrender1"

#: One connection to each display that was good, kept to the end: a server may reset
#: itself when its last client leaves, and SFML aborts if it comes in that moment.
_kept: dict[str, ctypes.c_void_p] = {}


def display_problem() -> str:
    """Why there can be no window here; empty when there can."""
    if not sys.platform.startswith(("linux", "freebsd", "openbsd", "netbsd")):
        return ""
    display = os.environ.get("DISPLAY", "")
    if not display:
        return f"there is no display (DISPLAY is not set): log in to a desktop, {ELSEWHERE}"
    try:
        x11 = ctypes.CDLL("libX11.so.6")
        ctypes.CDLL("libGL.so.1")
    except OSError as error:
        return f"a window needs a library that is missing ({error}): {X_LIBRARIES}"
    if not _opens(x11, display):
        return f"the display {display!r} does not answer: check DISPLAY, {ELSEWHERE}"
    return ""


def _opens(x11: ctypes.CDLL, name: str) -> bool:
    x11.XOpenDisplay.restype = ctypes.c_void_p
    display = ctypes.c_void_p(x11.XOpenDisplay(None))
    if not display:
        return False
    # A server without GLX makes SFML abort just as none at all does.
    codes = [ctypes.byref(ctypes.c_int()) for _ in range(3)]
    good = bool(x11.XQueryExtension(display, b"GLX", *codes))
    if not good or _kept.setdefault(name, display) is not display:
        x11.XCloseDisplay(display)
    return good


def sfml_wheels() -> bool:
    """Whether the sfml package is installed at all."""
    return find_spec("sfml") is not None


def sfml_problem() -> str:
    """Why `sfml` cannot be used; empty when it can."""
    if not sfml_wheels():
        return "the Python package SFML is missing: pip install 'p2pstream[player]' (CPython 3.11 to 3.13)"
    try:
        importlib.import_module("sfml.graphics")
    except ImportError as error:
        return f"SFML cannot be loaded ({error}): {X_LIBRARIES}"
    return ""


def libvlc_problem() -> str:
    """Why libvlc cannot be used; empty when it can."""
    if find_spec("vlc") is None:
        return "the Python package python-vlc is missing: pip install 'p2pstream[player]'"
    try:
        vlc = importlib.import_module("vlc")
        # Without libvlc the import succeeds on Linux, and the first call is a NameError;
        # with a wrong PYTHON_VLC_LIB_PATH the import is a sys.exit.
        vlc.libvlc_get_version()
    except (Exception, SystemExit):
        return f"libvlc is missing: {LIBVLC}"
    return ""
