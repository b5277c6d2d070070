"""Keys and mouse of a real X server, and what they do to the film."""

from __future__ import annotations

import ctypes
from typing import Any

from twisted.internet import reactor
from twisted.trial.unittest import TestCase

from p2pstream.data.memory import BufferData
from tests.real.showing.films import Viewing, film, pause, point, press, until

FPS = 30


class HandTests(TestCase):
    async def _start(self, size: tuple[int, int] = (640, 360), seconds: int = 30, **more: Any) -> Viewing:
        viewing = Viewing(self, size)
        await viewing.player.open("film")
        self.playing = viewing.player.play(BufferData(film(seconds, **more)))
        await viewing.until(15)
        canvas, hands = viewing.player._projector.canvas, viewing.player._projector.hands
        assert canvas is not None and hands is not None
        self.canvas, self.hands, self.remote = canvas, hands, hands.remote
        at = canvas.window.native.position
        self.corner = (int(at.x), int(at.y))
        return viewing

    @property
    def message(self) -> str:
        """What is said over the film."""
        return self.remote.fading.message

    def _at(self, x: float, y: float) -> tuple[str, str]:
        return str(round(self.corner[0] + x)), str(round(self.corner[1] + y))


class KeyTests(HandTests):
    async def test_space(self) -> None:
        """Space pauses, and goes on."""
        viewing = await self._start()
        press("space")
        await until(lambda: viewing.player.state.phase == "paused")
        press("space")
        await until(lambda: viewing.player.state.phase == "playing")

    async def test_arrows(self) -> None:
        """Arrows go 5 seconds, with shift 60; the film's ends are the limit."""
        viewing = await self._start()
        before = viewing.player.state.position
        press("Right")
        await until(lambda: viewing.player.state.position >= before + 4.5)
        press("Right")
        await until(lambda: viewing.player.state.position >= before + 9)
        press("shift+Left")
        await until(lambda: viewing.player.state.position < 2)

    async def test_volume(self) -> None:
        """Plus, minus and m change the volume, and say so."""
        await self._start()
        press("minus", "minus", "Down")
        await until(lambda: self.remote.volume == 85)
        self.assertEqual(self.message, "Volume 85 %")
        press("plus")
        await until(lambda: self.remote.volume == 90)
        press("m")
        await until(lambda: self.remote.muted)
        self.assertEqual(self.message, "Sound off")

    async def test_speed(self) -> None:
        """Brackets change the speed, and the film really runs faster."""
        viewing = await self._start()
        press("bracketright", "bracketright", "bracketright")
        await until(lambda: self.remote.speed == 2)
        await pause(0.5)
        first, began = viewing.numbers[-1], reactor.seconds()  # type: ignore[attr-defined]
        await pause(2)
        speed = ((viewing.numbers[-1] or 0) - (first or 0)) / FPS / (reactor.seconds() - began)  # type: ignore[attr-defined]
        self.assertLess(abs(speed - 2), 0.3)
        press("bracketleft")
        await until(lambda: self.remote.speed == 1.5)

    async def test_tracks(self) -> None:
        """The a key goes through the sound tracks; s says that there are no subtitles."""
        await self._start(seconds=8, tones=(440, 880))
        press("a")
        await until(lambda: self.message.startswith("Sound: ") and "no other" not in self.message)
        press("s")
        await until(lambda: self.message == "Subtitles: none in this film")

    async def test_help(self) -> None:
        """The question mark shows the keys; Esc takes them away again, and only them."""
        viewing = await self._start()
        press("question")
        await until(lambda: self.remote.help)
        press("Escape")
        await until(lambda: not self.remote.help)
        self.assertEqual(viewing.player.state.phase, "playing")

    async def test_fullscreen(self) -> None:
        """The f key takes the whole screen and Esc gives it back; the film goes on all the while."""
        viewing = await self._start()
        press("f")
        await until(lambda: self.canvas.window.fullscreen)
        self.assertEqual(self.canvas.window.size, (1280, 800))
        viewing.numbers.clear()
        await viewing.until(10)
        press("Escape")
        await until(lambda: not self.canvas.window.fullscreen)
        self.assertEqual(self.canvas.window.size, (640, 360))
        await viewing.until(20)
        self.assertNotIn(None, viewing.numbers)

    async def test_leave(self) -> None:
        """The q key closes the window at once and ends the film as closed."""
        viewing = await self._start()
        closed = viewing.player.when_closed()
        press("q")
        await closed
        began = reactor.seconds()  # type: ignore[attr-defined]
        self.assertFalse(self.canvas.window.open)
        state = await self.playing
        self.assertEqual((state.phase, state.ended), ("stopped", "closed"))
        self.assertLess(reactor.seconds() - began, 0.5)  # type: ignore[attr-defined]


class MouseTests(HandTests):
    async def test_click_on_the_bar(self) -> None:
        """A click on the bar goes there."""
        viewing = await self._start()
        bar = self.canvas.layout.bar
        x, y = self._at(bar.x + bar.width * 0.8, bar.y + 2)
        point("mousemove", x, y, "click", "1")
        await until(lambda: viewing.player.state.position > 23)
        self.assertLess(viewing.player.state.position, 26)

    async def test_drag(self) -> None:
        """The knob follows the hand; the film goes where the hand lets go."""
        viewing = await self._start()
        bar = self.canvas.layout.bar
        start, there = self._at(bar.x + 5, bar.y), self._at(bar.x + bar.width / 2, bar.y + 20)
        point("mousemove", *start, "mousedown", "1", "sleep", "0.2", "mousemove", *there)
        await until(lambda: self.hands.dragging and abs((self.hands.pointed or 0) - 0.5) < 0.05)
        self.assertLess(viewing.player.state.position, 10)
        point("mouseup", "1")
        await until(lambda: abs(viewing.player.state.position - 15) < 1.5)

    async def test_wheel(self) -> None:
        """The wheel changes the volume."""
        await self._start()
        point("mousemove", *self._at(300, 100), "click", "5", "click", "5", "click", "4")
        await until(lambda: self.remote.volume == 95)

    async def test_double_click(self) -> None:
        """A double click takes the whole screen."""
        await self._start()
        point("mousemove", *self._at(300, 100), "click", "--repeat", "2", "--delay", "80", "1")
        await until(lambda: self.canvas.window.fullscreen)

    async def test_controls_hide(self) -> None:
        """The controls go away by themselves, and come when the mouse moves."""
        await self._start()
        await until(lambda: not self.remote.fading.controls)
        point("mousemove", *self._at(200, 120))
        await until(lambda: self.remote.fading.controls)


class WindowTests(HandTests):
    async def test_resize(self) -> None:
        """A window of another shape shows the film whole, with black beside it."""
        viewing = await self._start()
        for size in ((500, 600), (800, 300)):
            self.canvas.window.native.size = size
            await until(lambda size=size: self.canvas.window.size == size)  # type: ignore[misc]
            viewing.numbers.clear()
            await viewing.until(10)
            self.assertNotIn(None, viewing.numbers[3:])
            _, _, wide, high = self.canvas.film_box
            self.assertLess(abs(wide / high - 16 / 9), 0.02)
            self.assertEqual((wide == size[0], high == size[1]), (size[0] == 500, size[1] == 300))

    async def test_close_button(self) -> None:
        """The window manager's close button ends the film at once and cleanly."""
        viewing = await self._start()
        closed = viewing.player.when_closed()
        ask_to_close(self.canvas.window.native.system_handle)
        await closed
        self.assertEqual((await self.playing).ended, "closed")
        await viewing.player.stop()

    async def test_title(self) -> None:
        """The window's title is the film's name, made printable."""
        viewing = Viewing(self)
        await viewing.player.open("a\x1b[31m\u202efilm.mp4")
        canvas = viewing.player._projector.canvas
        assert canvas is not None
        self.assertEqual(window_title(canvas.window.native.system_handle), "a\\x1b[31m\\u202efilm.mp4")


class _ClientMessage(ctypes.Structure):
    _fields_ = (
        ("type", ctypes.c_int),
        ("serial", ctypes.c_ulong),
        ("send_event", ctypes.c_int),
        ("display", ctypes.c_void_p),
        ("window", ctypes.c_ulong),
        ("message_type", ctypes.c_ulong),
        ("format", ctypes.c_int),
        ("data", ctypes.c_long * 5),
        ("rest", ctypes.c_long * 24),
    )


def ask_to_close(window: int) -> None:
    """Do what a window manager does when its close button is pressed."""
    x11 = ctypes.CDLL("libX11.so.6")
    x11.XOpenDisplay.restype = ctypes.c_void_p
    x11.XInternAtom.restype = ctypes.c_ulong
    display = ctypes.c_void_p(x11.XOpenDisplay(None))
    message = _ClientMessage(type=33, window=window, format=32)
    message.message_type = x11.XInternAtom(display, b"WM_PROTOCOLS", 0)
    message.data[0] = x11.XInternAtom(display, b"WM_DELETE_WINDOW", 0)
    x11.XSendEvent(display, ctypes.c_ulong(window), 0, ctypes.c_long(0), ctypes.byref(message))
    x11.XCloseDisplay(display)


def window_title(window: int) -> str:
    """The title that a window manager would show."""
    import subprocess

    return subprocess.run(
        ["xdotool", "getwindowname", str(window)], capture_output=True, text=True, check=True
    ).stdout.rstrip("\n")
