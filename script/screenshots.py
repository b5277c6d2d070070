"""``python -m script.screenshots FOLDER``: the pictures of the pages in docs/images, taken anew.

A central and four peers, the real programs, on addresses of 127/8; the films are made here.  One of
the peers is whose pages are shown: it watches a film that the others have, and gives on another.
"""

from __future__ import annotations

import os
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from twisted.internet.defer import Deferred
from twisted.internet.task import deferLater, react

from p2pstream.testing.film import make_film
from script.chromium import Chromium, Tab
from script.programs import service

__all__ = ["main"]

CENTRAL, OWN = "127.11.4.1", "127.11.4.2"
OTHERS = ("127.11.4.3", "127.11.4.4", "127.11.4.5")
FILMS = (
    "A Trip to the Moon (1902).mp4", "Häxan (1922).mp4", "Metropolis (1927).mp4", "Nosferatu (1922).mp4",
    "Safety Last! (1923).mp4", "Sherlock Jr. (1924).mp4", "The General (1926).mp4", "Our garden in May.mp4",
)  # fmt: skip
#: What is watched, and of whom everybody has it.
WATCHED = "Metropolis (1927).mp4"
#: So slow that it can be seen.
RATE = "700k"


def films(folder: Path) -> None:
    """Make them, each a second longer than the one before, but for the one that is watched."""
    for number, name in enumerate(FILMS):
        seconds, grain = (45, 12) if name == WATCHED else (2 + number, 0)
        make_film(folder / name, seconds, 640, 360, fps=12, audio=False, grain=grain)


def peers(stack: ExitStack, folder: Path) -> None:
    """Start everybody."""
    made = folder / "films"
    made.mkdir()
    films(made)
    state = ["--state", "state", "--no-mdns"]
    home = folder / "central"
    home.mkdir()
    stack.enter_context(service(["p2p-central", "--ip", CENTRAL, *state], home, (CENTRAL, 2045)))
    for host in (OWN, *OTHERS):
        home = folder / host
        (home / "share").mkdir(parents=True)
        for name in FILMS if host != OWN else FILMS[-1:]:
            os.link(made / name, home / "share" / name)
        limits = ["--upload-limit", RATE, "--limit-local"] if host != OWN else []
        command = ["p2p-peer", "--ip", host, "--central", CENTRAL, "--state", "state", *limits]
        stack.enter_context(service(command, home, (host, 2050)))


async def shoot(reactor: Any, tab: Tab, path: Path, url: str, then: str = "", **size: Any) -> None:
    """One picture of a page, once something is so."""
    await tab.resize(size.pop("width", 1280), size.pop("height", 800), **size)
    await tab.go(url)
    if then:
        await tab.until(then, 20)
    await deferLater(reactor, 0.3)
    await tab.picture(path)


async def pictures(reactor: Any, out: Path, folder: Path) -> None:
    """Open the pages, and press what is to be pressed."""
    browser = Chromium(reactor, folder / "browser")
    tab, watching = await browser.tab(), await browser.tab()
    front, own = f"http://{CENTRAL}:2045", f"http://{OWN}:2050"
    # How long a film is, is known when its pictures are made.
    everything = f"document.querySelectorAll('.film .time').length === {len(FILMS)}"
    while not await tab.run(everything):
        await tab.go(front)
        await deferLater(reactor, 0.2)
    await shoot(reactor, tab, out / "web-browse.png", front)
    await shoot(reactor, tab, out / "web-phone.png", front, width=390, height=780, dark=True)
    path = "/watch/Metropolis%20(1927).mp4"
    await shoot(reactor, tab, out / "web-film.png", front + path, dark=True)
    await tab.resize(1280, 1160)
    await tab.go(f"{own}/activity")
    await watching.go(f"{own}/watch/{CENTRAL}{path.removeprefix('/watch')}")
    await watching.point(".watch")
    await watching.until("document.querySelector('.stage.showing')", 20)
    await deferLater(reactor, 7)
    await tab.picture(out / "web-activity.png")
    await watching.point(".seek", 0.3, press=False)
    await deferLater(reactor, 0.3)
    await watching.picture(out / "web-watch.jpg")
    await shoot(reactor, tab, out / "web-folders.png", f"{own}/folders", height=860)
    await browser.stop()


def main(where: str) -> None:
    """Take them all."""
    out = Path(where)

    async def taken(reactor: Any) -> None:
        with tempfile.TemporaryDirectory() as name, ExitStack() as stack:
            peers(stack, Path(name))
            await pictures(reactor, out, Path(name))

    react(lambda reactor: Deferred.fromCoroutine(taken(reactor)))


if __name__ == "__main__":
    main(sys.argv[1])
