"""Tests for `p2pstream.values`."""

from __future__ import annotations

import copy
import inspect
import sys
from dataclasses import FrozenInstanceError, asdict, dataclass, field, fields, is_dataclass, replace
from threading import Barrier, Thread
from typing import Any

from twisted.trial.unittest import SynchronousTestCase

from p2pstream.values import make_ready, value


def kinds() -> tuple[Any, Any]:
    """A kind, and one that derives from it; nothing was made of them yet."""

    @value
    class Film:
        """What is shown."""

        name: str
        minutes: int = 90

        def __post_init__(self) -> None:
            if self.minutes < 0:
                raise ValueError("nothing is that short")

    @value
    class Part(Film):
        """One of several."""

        number: int = 1

    return Film, Part


class ValueTests(SynchronousTestCase):
    """They are dataclasses, whoever looks first."""

    def test_as_a_dataclass(self) -> None:
        """All that one has."""
        film, part = kinds()
        one = part("Köln", number=2)
        self.assertEqual((one.name, one.minutes, one.number), ("Köln", 90, 2))
        self.assertEqual(repr(one), f"{part.__qualname__}(name='Köln', minutes=90, number=2)")
        self.assertEqual(
            {one}, {part("Köln", 90, 2), copy.copy(one), replace(part("Bonn", 90, 2), name="Köln")}
        )
        self.assertNotEqual(film("Köln"), part("Köln"))
        self.assertEqual(asdict(one), {"name": "Köln", "minutes": 90, "number": 2})
        match one:
            case film(name, minutes):
                self.assertEqual((name, minutes), ("Köln", 90))

    def test_made_ready(self) -> None:
        """What is ready has nothing left to be made when the first of it is met; again, nothing happens."""
        film, part = kinds()
        self.assertFalse(hasattr(film, "__dataclass_params__"))
        make_ready([film, part, int])
        ready = [vars(kind)["__init__"] for kind in (film, part)]
        self.assertTrue(all(map(inspect.isfunction, ready)))
        make_ready([film, part])
        self.assertEqual(part("Köln", number=2).number, 2)
        self.assertEqual([vars(kind)["__init__"] for kind in (film, part)], ready)

    def test_frozen(self) -> None:
        """Nothing changes in it, or is added, or goes."""
        film, _ = kinds()
        one = film("Köln")
        for change in (lambda: setattr(one, "name", "Bonn"), lambda: delattr(one, "name")):
            self.assertRaises(FrozenInstanceError, change)
        self.assertRaises(FrozenInstanceError, setattr, one, "year", 1956)

    def test_what_is_compared(self) -> None:
        """A field may be left out; values of a kind without fields are equal; a kind may say it itself."""

        @value
        class Seen:
            name: str = field(metadata={"of": "whom"})
            when: int = field(compare=False, repr=False, default=0)

        @value
        class Nothing:
            """All there is to say."""

        @value
        class Odd:
            number: int

            def __eq__(self, other: object) -> bool:
                return isinstance(other, Odd) and self.number % 2 == other.number % 2

            def __hash__(self) -> int:
                return self.number % 2

        self.assertEqual({Seen("a", 1), Nothing(), Odd(1)}, {Seen("a", 2), Nothing(), Odd(3)})
        self.assertEqual(repr(Seen("a", 1)), f"{Seen.__qualname__}(name='a')")
        self.assertNotEqual(Seen("a"), Seen("b"))
        self.assertEqual((Seen.when, hasattr(Seen, "name")), (0, False))

    def test_one_that_derives(self) -> None:
        """From a dataclass, and as a class that is no kind: it may have more, but its fields stay."""

        @dataclass(frozen=True)
        class Place:
            x: int

        @value
        class Mark(Place):
            y: int = 0

        class Noted(kinds()[0]):  # type: ignore[misc]
            """Has a note."""

        self.assertEqual((Mark(1), hash(Mark(1))), (Mark(1, 0), hash(Mark(1, 0))))
        self.assertRaises(FrozenInstanceError, setattr, Mark(1), "z", 1)
        noted = Noted("Köln")
        noted.note = "old"
        del noted.note
        self.assertRaises(FrozenInstanceError, setattr, noted, "name", "Bonn")
        self.assertRaises(FrozenInstanceError, delattr, noted, "name")

    def test_mistakes(self) -> None:
        """They are told as those of any function, and what a kind refuses is refused."""
        film, part = kinds()
        told = str(self.assertRaises(TypeError, part))
        self.assertIn(f"{part.__qualname__}.__init__() missing 1 required positional argument: 'name'", told)
        self.assertRaises(ValueError, film, "Köln", -1)

    def test_whoever_asks_first(self) -> None:
        """For its fields, its signature, whether it is one, or as a base of another."""
        names = ["name", "minutes", "number"]
        self.assertEqual([each.name for each in fields(kinds()[1])], names)
        self.assertEqual(list(inspect.signature(kinds()[1]).parameters), names)
        self.assertTrue(is_dataclass(kinds()[1]))
        self.assertEqual(kinds()[1].__match_args__, tuple(names))

        @dataclass(frozen=True)
        class Cut(kinds()[1]):  # type: ignore[misc]
            year: int = 0

        self.assertEqual([each.name for each in fields(Cut)], [*names, "year"])

        class Plain(kinds()[0]):  # type: ignore[misc]
            """Adds nothing but a way."""

        self.assertEqual(Plain("Köln").minutes, 90)

    def test_without_a_word(self) -> None:
        """A kind of which nothing is said, and one that derives from it without being declared one."""

        @value
        class _Place:
            x: int
            y: int = 0

        class Here(_Place):
            """A place."""

        self.assertEqual((Here(3).x, Here(3).y, _Place(1)), (3, 0, _Place(1, 0)))
        self.assertNotEqual(Here(3), Here(4))

    def test_from_threads(self) -> None:
        """Many may make the first one at once."""
        self.addCleanup(sys.setswitchinterval, sys.getswitchinterval())
        sys.setswitchinterval(1e-5)
        for _ in range(20):
            _, part = kinds()
            start, made = Barrier(4), []

            def make(part: Any = part, start: Barrier = start, made: list[Any] = made) -> None:
                start.wait()
                made.append(part("Köln"))

            threads = [Thread(target=make) for _ in range(4)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
            self.assertEqual(made, [part("Köln")] * 4)
