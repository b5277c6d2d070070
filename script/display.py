"""A display for programs that need one: the one that is there, or an Xvfb of our own.

``python -m script.display COMMAND …`` runs a command on an Xvfb that ends with it.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import subprocess
import sys
from collections.abc import Iterator

from script.programs import dying_with_us

#: What the windows of the demo and the tests fit into.
SCREEN = "1280x800x24"


def usable(display: str) -> bool:
    """Whether an X server answers under this name; SFML aborts the process where none does."""
    x11 = ctypes.CDLL("libX11.so.6")
    x11.XOpenDisplay.restype = ctypes.c_void_p
    connection = x11.XOpenDisplay(display.encode())
    if connection:
        x11.XCloseDisplay(ctypes.c_void_p(connection))
    return bool(connection)


@contextlib.contextmanager
def xvfb(screen: str = SCREEN) -> Iterator[str]:
    """Start an Xvfb under a display number that it finds free itself, and give its name."""
    reading, writing = os.pipe()
    command = ["Xvfb", "-displayfd", str(writing), "-screen", "0", screen, "-noreset", "-nolisten", "tcp"]
    server = subprocess.Popen(
        dying_with_us([*command, "+extension", "GLX"]),
        pass_fds=[writing],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        # Out of the way of Ctrl-C: the display must outlive the windows that are on it.
        start_new_session=True,
    )
    os.close(writing)
    try:
        with os.fdopen(reading) as number:
            name = number.readline().strip()
        if not name:
            raise RuntimeError("Xvfb did not start")
        yield f":{name}"
    finally:
        server.terminate()
        server.wait()


@contextlib.contextmanager
def display() -> Iterator[tuple[str, bool]]:
    """The display to draw on, and whether it is a real one, seen by somebody."""
    name = os.environ.get("DISPLAY", "")
    if name and usable(name):
        yield name, True
        return
    with xvfb() as name:
        yield name, False


def main(*command: str) -> int:
    """Run a command on a display of its own; its exit code."""
    with xvfb() as name:
        return subprocess.call(command, env={**os.environ, "DISPLAY": name})


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
