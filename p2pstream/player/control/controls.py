"""Which key does what: tables, and the little memory that keys and clicks need.  Pure."""

from __future__ import annotations

__all__ = ["KEYS", "Command", "DoubleClick", "KeysDown", "command_of_key", "command_of_text"]

#: A command and what it is given.
Command = tuple[str, float]

#: What the help shows: keys, meaning.
KEYS = (
    ("space", "pause, go on"),
    ("← →", "5 seconds back, forward"),
    ("shift ← →", "60 seconds back, forward"),
    ("Home", "to the beginning"),
    ("End", "live again, in a broadcast"),
    ("+ − wheel", "volume"),
    ("m", "sound off, on"),
    ("f double-click", "full screen"),
    ("a", "next sound track"),
    ("s", "next subtitles"),
    ("[ ]", "slower, faster"),
    ("?", "these keys"),
    ("Esc q", "leave"),
)

STEP = 5.0
FAR_STEP = 60.0
LOUDER = 5.0

#: By the character typed, so that they are where each keyboard has them.
_BY_TEXT: dict[str, Command] = {
    " ": ("toggle_pause", 0),
    "m": ("toggle_mute", 0),
    "f": ("toggle_fullscreen", 0),
    "a": ("next_sound", 0),
    "s": ("next_subtitles", 0),
    "?": ("toggle_help", 0),
    "q": ("leave", 0),
    "+": ("change_volume", LOUDER),
    "=": ("change_volume", LOUDER),
    "-": ("change_volume", -LOUDER),
    "[": ("change_rate", -1),
    "]": ("change_rate", 1),
}

#: By the key pressed, for those that type nothing.
_BY_KEY: dict[str, Command] = {
    "LEFT": ("step", -STEP),
    "RIGHT": ("step", STEP),
    "UP": ("change_volume", LOUDER),
    "DOWN": ("change_volume", -LOUDER),
    "HOME": ("to_beginning", 0),
    "END": ("to_edge", 0),
    "ESCAPE": ("escape", 0),
}

#: What a key that is held down may do again and again.
_REPEATING = frozenset({"step", "change_volume"})


def command_of_text(text: str, held: bool) -> Command | None:
    """What typing ``text`` means; ``held`` when the keyboard repeats it by itself."""
    return _unless_held(_BY_TEXT.get(text.lower()), held)


def command_of_key(key: str, shift: bool, held: bool) -> Command | None:
    """What pressing ``key`` (SFML's name) means."""
    command = _BY_KEY.get(key)
    if command is not None and command[0] == "step" and shift:
        command = ("step", command[1] * FAR_STEP / STEP)
    return _unless_held(command, held)


def _unless_held(command: Command | None, held: bool) -> Command | None:
    return None if command is None or (held and command[0] not in _REPEATING) else command


class KeysDown:
    """Which keys are down: a press of one that already is, is the keyboard's repeat."""

    def __init__(self) -> None:
        self._down: set[int] = set()
        #: Whether the last press was a repeat; the text that follows it is one too.
        self.repeating = False

    def press(self, code: int) -> bool:
        """A key went down, or stays down; returns `repeating`."""
        self.repeating = code in self._down
        self._down.add(code)
        return self.repeating

    def release(self, code: int) -> None:
        """A key came up."""
        self._down.discard(code)

    def forget(self) -> None:
        """The keyboard is somebody else's now: releases will not be heard."""
        self._down.clear()


class DoubleClick:
    """Tells the second click of two from the first of the next."""

    WITHIN_S = 0.4
    WITHIN_PX = 8

    def __init__(self) -> None:
        self._last: tuple[float, float, float] | None = None

    def click(self, now: float, x: float, y: float) -> bool:
        """Whether this click completes a double one."""
        last, self._last = self._last, (now, x, y)
        if last is None or now - last[0] > self.WITHIN_S:
            return False
        if max(abs(x - last[1]), abs(y - last[2])) > self.WITHIN_PX:
            return False
        self._last = None
        return True
