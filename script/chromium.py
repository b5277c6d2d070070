"""A browser that nobody sees, told what to do over two pipes (the DevTools protocol of Chromium).

Each message is one JSON object that ends in a zero byte; answers carry the number of what
was asked, and events carry none.
"""

from __future__ import annotations

import json
import shutil
from base64 import b64decode
from collections.abc import Callable
from pathlib import Path
from typing import Any, Self

from twisted.internet.defer import Deferred
from twisted.internet.error import ProcessDone
from twisted.internet.protocol import ProcessProtocol
from twisted.internet.task import deferLater
from twisted.python.failure import Failure

from script.programs import dying_with_us

__all__ = ["BROWSER", "BrowserFailed", "Chromium", "PageLeft", "Tab"]

#: The first of these that is installed; None where none is.
BROWSER = next(filter(None, map(shutil.which, ("chromium-headless-shell", "chromium"))), None)

FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--hide-scrollbars",
    "--disable-background-networking", "--disable-component-update", "--disable-sync", "--disable-extensions",
    "--no-default-browser-check", "--disable-dev-shm-usage", "--autoplay-policy=no-user-gesture-required",
    "--force-color-profile=srgb", "--mute-audio", "--remote-debugging-pipe", "--no-proxy-server",
)  # fmt: skip
#: Between two looks at whether something is so; and how long that may take.
LOOK_S, PATIENCE_S = 0.02, 20.0
#: Where browser and we write, by the browser's numbers.
TO, FROM = 3, 4
#: How it refuses to look into a page that another one takes the place of meanwhile.
LEFT = (
    "Inspected target navigated or closed",
    "Execution context was destroyed.",
    "Cannot find default execution context",
    "Cannot find context with specified id",
)


class BrowserFailed(Exception):
    """It refused what it was told, or a page raised something."""


class PageLeft(BrowserFailed):
    """The page it was to look into was left meanwhile."""


class _Pipes(ProcessProtocol):
    """What is on the two pipes."""

    transport: Any

    def __init__(self, heard: Callable[[dict[str, Any]], None]) -> None:
        self._heard = heard
        self._read = bytearray()
        self.said = b""
        self.gone: Deferred[None] = Deferred()

    def tell(self, message: dict[str, Any]) -> None:
        self.transport.writeToChild(TO, json.dumps(message).encode() + b"\0")

    def childDataReceived(self, childFD: int, data: bytes) -> None:
        if childFD != FROM:
            self.said = (self.said + data)[-4000:]
            return
        self._read += data
        *messages, self._read = self._read.split(b"\0")
        for message in messages:
            self._heard(json.loads(message))

    def processEnded(self, reason: Failure) -> None:
        if reason.check(ProcessDone):
            self.gone.callback(None)
        else:
            self.gone.errback(BrowserFailed(self.said.decode("utf-8", "replace")))


class Chromium:
    """One browser, with a profile that is empty when it begins.

    :param folder: for that profile.
    """

    def __init__(self, reactor: Any, folder: Path) -> None:
        self.reactor = reactor
        self._pipes = _Pipes(self._heard)
        self._asked: dict[int, Deferred[Any]] = {}
        self._count = 0
        #: Who hears the events of which tab.
        self.tabs: dict[str, Tab] = {}
        if BROWSER is None:
            raise BrowserFailed("there is no chromium-headless-shell, nor chromium")
        command = dying_with_us([BROWSER, *FLAGS, f"--user-data-dir={folder}", "about:blank"])
        fds: dict[int, Any] = {0: "w", 1: "r", 2: "r", TO: "w", FROM: "r"}
        reactor.spawnProcess(self._pipes, command[0], command, env=None, childFDs=fds)

    async def ask(self, method: str, session: str = "", **parameters: Any) -> dict[str, Any]:
        """Have it do something.

        :raises BrowserFailed: it says why not.
        """
        self._count += 1
        asked = self._asked[self._count] = Deferred()
        message = {"id": self._count, "method": method, "params": parameters}
        self._pipes.tell({**message, "sessionId": session} if session else message)
        answer: dict[str, Any] = await asked.addTimeout(2 * PATIENCE_S, self.reactor)
        if "error" in answer:
            why = answer["error"]["message"]
            raise (PageLeft if why in LEFT else BrowserFailed)(f"{method}: {why}")
        found: dict[str, Any] = answer["result"]
        return found

    async def tab(self, width: int = 1280, height: int = 800, dark: bool = False) -> Tab:
        """A new one, of that size."""
        target = await self.ask("Target.createTarget", url="about:blank")
        where = await self.ask("Target.attachToTarget", targetId=target["targetId"], flatten=True)
        tab = self.tabs[where["sessionId"]] = Tab(self, where["sessionId"])
        for domain in ("Page", "Runtime", "Log", "Network"):
            await tab.ask(f"{domain}.enable")
        await tab.resize(width, height, dark)
        return tab

    async def stop(self) -> None:
        """End it."""
        self._pipes.transport.closeChildFD(TO)
        await self._pipes.gone.addErrback(lambda _: None)

    def _heard(self, message: dict[str, Any]) -> None:
        if "id" in message:
            asked = self._asked.pop(message["id"], None)
            if asked is not None and not asked.called:
                asked.callback(message)
        elif (tab := self.tabs.get(message.get("sessionId", ""))) is not None:
            tab.happened(message["method"], message["params"])


class Tab:
    """A page in it."""

    def __init__(self, browser: Chromium, session: str) -> None:
        self._browser = browser
        self._session = session
        #: What went wrong: refused by the policy, raised by a script, not found.
        self.complaints: list[str] = []
        #: What it asked for, and with which ranges.
        self.requests: list[tuple[str, str]] = []

    async def ask(self, method: str, **parameters: Any) -> dict[str, Any]:
        """Have the browser do something with it."""
        return await self._browser.ask(method, self._session, **parameters)

    def happened(self, method: str, told: dict[str, Any]) -> None:
        """The browser tells of it."""
        if method == "Runtime.exceptionThrown":
            details = told["exceptionDetails"]
            self.complaints.append(details.get("exception", {}).get("description", details["text"]))
        elif method == "Log.entryAdded" and told["entry"]["level"] in ("error", "warning"):
            entry = told["entry"]
            self.complaints.append(f"{entry['text']} {entry.get('url', '')}")
        elif method == "Network.requestWillBeSent":
            request = told["request"]
            self.requests.append((request["url"], request["headers"].get("Range", "")))

    async def resize(self, width: int, height: int, dark: bool = False, scale: float = 1.0) -> None:
        """Another size, or another light; one narrower than a tablet is a phone."""
        await self.ask(
            "Emulation.setDeviceMetricsOverride",
            width=width,
            height=height,
            deviceScaleFactor=scale,
            mobile=width < 600,
        )
        light = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        await self.ask("Emulation.setEmulatedMedia", features=[light])

    async def go(self, url: str) -> Self:
        """Open that page, and wait until it is there."""
        went = await self.ask("Page.navigate", url=url)
        if went.get("errorText"):
            raise BrowserFailed(f"{url}: {went['errorText']}")
        await self.until("document.readyState === 'complete' && location.href !== 'about:blank'")
        return self

    async def run(self, script: str) -> Any:
        """What an expression is, promises awaited.

        :raises BrowserFailed: it raised.
        """
        found = await self.ask(
            "Runtime.evaluate", expression=script, awaitPromise=True, returnByValue=True, userGesture=True
        )
        if "exceptionDetails" in found:
            raise BrowserFailed(found["exceptionDetails"].get("exception", {}).get("description", script))
        return found["result"].get("value")

    async def until(self, script: str, seconds: float = PATIENCE_S) -> float:
        """Wait until an expression is true; how long that took.

        :raises BrowserFailed: it never was.
        """
        reactor = self._browser.reactor
        began = reactor.seconds()
        while not await self._holds(script):
            if reactor.seconds() - began > seconds:
                raise BrowserFailed(f"not within {seconds} s: {script}; {self.complaints}")
            await deferLater(reactor, LOOK_S)
        return float(reactor.seconds() - began)

    async def _holds(self, script: str) -> bool:
        """Whether it is true on the page there is now; of one that was left meanwhile it is not."""
        try:
            return bool(await self.run(f"Boolean({script})"))
        except PageLeft:
            return False

    async def press(self, key: str) -> None:
        """A key, as a keyboard has it: ``Tab``, ``ArrowRight``, ``k``."""
        code = {"Tab": 9, "Enter": 13, " ": 32, "ArrowLeft": 37, "ArrowRight": 39}.get(
            key, ord(key[0].upper())
        )
        named = {"key": key, "windowsVirtualKeyCode": code}
        text = {"text": "\r" if key == "Enter" else key} if len(key) == 1 or key == "Enter" else {}
        await self.ask("Input.dispatchKeyEvent", type="keyDown", **named, **text)
        await self.ask("Input.dispatchKeyEvent", type="keyUp", **named)

    async def point(self, selector: str, across: float = 0.5, press: bool = True) -> None:
        """Move to a place in the first element of that kind, and press there."""
        box = await self.run(
            f"(() => {{ const found = document.querySelector({json.dumps(selector)});"
            " found.scrollIntoView({block: 'nearest'}); const box = found.getBoundingClientRect();"
            " return [box.left, box.top, box.width, box.height] })()"
        )
        where = {"x": box[0] + across * box[2], "y": box[1] + box[3] / 2}
        await self.ask("Input.dispatchMouseEvent", type="mouseMoved", **where)
        if press:
            for kind in ("mousePressed", "mouseReleased"):
                await self.ask("Input.dispatchMouseEvent", type=kind, button="left", clickCount=1, **where)

    async def type(self, text: str) -> None:
        """Into what has the focus."""
        await self.ask("Input.insertText", text=text)

    async def picture(self, path: Path, whole: bool = False) -> None:
        """What it shows, as a PNG or JPEG; ``whole``: all of the page, however long."""
        kind = {"format": "jpeg", "quality": 85} if path.suffix == ".jpg" else {"format": "png"}
        shot = await self.ask("Page.captureScreenshot", captureBeyondViewport=whole, **kind)
        path.write_bytes(b64decode(shot["data"]))
