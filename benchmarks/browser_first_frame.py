"""From *Watch* to the first frame in a browser, on loopback: from a peer, and through the viewer's own.

``frame_s`` counts from the press of the button to the moment at which the page is told that a frame
was shown, ``seek_s`` from the press on the bar until the picture of a place that was not read before
goes on.  The own peer has nothing of the film when each round begins.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from twisted.internet.defer import Deferred
from twisted.internet.task import react
from twisted.internet.threads import blockingCallFromThread, deferToThread

from benchmarks.measuring.rounds import Sample, arguments, interleaved, medians, report
from benchmarks.measuring.site import HERE, network, workplace
from p2pstream.testing.film import make_film
from script.chromium import Chromium, Tab
from tests.real.processes import Program, script

NAME = "film.mp4"
SECONDS = 30
VIDEO = "document.querySelector('video')"


async def watched(reactor: Any, folder: Path, url: str) -> Sample:
    """In a browser of its own: press, look, press on the bar, look."""
    browser = Chromium(reactor, folder)
    try:
        tab = await (await browser.tab()).go(url)
        await tab.until("document.querySelector('.watch:not([hidden])')")
        await tab.point(".watch")
        await tab.until("document.querySelector('.stage').dataset.firstFrame")
        first = float(await tab.run("document.querySelector('.stage').dataset.firstFrame"))
        return {"frame_s": first / 1000, "seek_s": await sought(tab)}
    finally:
        await browser.stop()


async def sought(tab: Tab) -> float:
    """Seconds, by the page's clock, until it plays at nine tenths."""
    script = f"""new Promise((seen) => {{
        const video = {VIDEO}, began = performance.now();
        const look = () => video.currentTime > {0.9 * SECONDS - 1} && !video.seeking && video.readyState > 2
            ? seen((performance.now() - began) / 1000) : requestAnimationFrame(look);
        video.currentTime = {0.9 * SECONDS};
        look();
    }})"""
    return float(await tab.run(script))


def main() -> None:
    """Measure and report."""
    options = arguments((__doc__ or "").splitlines()[0]).parse_args()
    folders = iter(range(1000))

    def measured(reactor: Any) -> None:
        with workplace(options.folder) as root:
            (root / "share").mkdir()
            make_film(root / "share" / NAME, SECONDS, 640, 360, 24, grain=8)

            def seen(url: str) -> Sample:
                folder = root / f"browser-{next(folders)}"
                return blockingCallFromThread(
                    reactor, lambda: Deferred.fromCoroutine(watched(reactor, folder, url))
                )  # type: ignore[no-any-return]

            with network(root, peers=2, announced=True) as (central, _):
                ways: dict[str, Callable[[], Sample]] = {
                    "from a peer": lambda: seen(f"http://{central}:2045/watch/{NAME}"),
                    "through one's own": lambda: through(root / f"own-{next(folders)}", central, seen),
                }
                samples = interleaved(ways, options.rounds)
        verdicts = {
            f"s to the first frame {way}": (medians(taken)["frame_s"], "<= 1")
            for way, taken in samples.items()
        }
        report("browser_first_frame", samples, verdicts, options)

    react(lambda reactor: deferToThread(measured, reactor))


def through(folder: Path, central: str, seen: Callable[[str], Sample]) -> Sample:
    """A peer that has nothing yet, and its page."""
    (folder / "share").mkdir(parents=True)
    host = HERE.host()
    own = Program([script("p2p-peer"), "--ip", host, "--central", central], folder)
    try:
        own.wait_for(f"listed at {central}".replace(".", r"\."))
        return seen(f"http://{host}:2050/watch/{central}/{NAME}")
    finally:
        own.kill()


if __name__ == "__main__":
    main()
