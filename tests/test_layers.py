"""The import rules of the architecture, enforced."""

from __future__ import annotations

import ast
import re
import sys
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from twisted.trial.unittest import SynchronousTestCase

from tests.sources import PACKAGE as ROOT
from tests.sources import modules as every_module
from tests.sources import parsed

# Rooms from the ground up; a room may import those on lower floors only.
FLOORS = [
    {"codes"},
    {"errors", "limits", "values"},
    {"content"},
    {"data", "measuring"},
    {"transport"},
    {"live", "media", "swarm", "protocols"},
    {"peer", "central", "player", "web"},
    {"commands", "roles"},
]
# What anybody may stand on.
GROUND = FLOORS[0] | FLOORS[1]
# The tables that describe the program itself; they know nothing but the ground floor.
TABLES = {"settings", "events", "metrics", "interfaces"}
NARROW = {"player", "web"}
IMPORT = re.compile(r"^ *from (p2pstream[\w.]*) import (?:\(([^)]*)\)|([^#\n]+))", re.MULTILINE)
# Modules of these names say so, wherever they stand; others may.
PURE_NAMES = {
    "messages", "session", "picker", "rates", "slots", "mesh", "leases", "mapping", "overlay", "rebuffer",
    "tokens", "frequency", "throughput",
    "bans", "rounds", "portion", "fence", "media", "member", "ranges", "replies", "sniff",
    "chunks", "controls", "edges", "fading", "gauge", "hands", "inputs", "layout", "lettering", "palette",
    "panels", "preamble", "remote", "shapes", "showing", "unplayable",
}  # fmt: skip
# Rooms in which everything is, whether it says so or not.
PURE_ROOMS = {
    ROOT / "central" / "leasing", ROOT / "content", ROOT / "player" / "scene", ROOT / "swarm" / "picker",
}  # fmt: skip
# What they may import beside each other and the harmless part of the standard library.
PURE_MAY = {"cryptography"}
IMPURE = {
    "asyncio", "io", "logging", "multiprocessing", "os", "pathlib", "random", "select", "selectors", "shutil",
    "signal", "socket", "ssl", "subprocess", "tempfile", "threading", "time",
}  # fmt: skip


@cache
def imports(path: Path) -> tuple[str, ...]:
    """Every absolute module name that ``path`` imports while running, however deep."""
    return tuple(imported(path))


def imported(path: Path) -> Iterator[str]:
    """As `imports`, one after another."""
    for node in running(parsed(path)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            if node.level:
                raise AssertionError(f"{path}: relative import")
            yield node.module or ""
            if node.module == "p2pstream":
                yield from (f"p2pstream.{alias.name}" for alias in node.names)


def running(tree: ast.AST) -> Iterator[ast.AST]:
    """Every node but those under ``if TYPE_CHECKING``, which name types and pull nothing in."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.dump(node.test):
            continue
        yield node
        yield from running(node)


def absent(path: Path) -> Iterator[str]:
    """What ``path`` imports from p2pstream that is not there."""
    for imported_from in IMPORT.finditer(path.read_text(encoding="utf-8")):
        place = ROOT.parent.joinpath(*imported_from[1].split("."))
        # A folder without it is what a room left behind that moved, and hides nothing.
        package = place / "__init__.py"
        file = package if package.exists() else place.with_suffix(".py")
        for name in re.findall(r"(\w+)(?: as \w+)?", imported_from[2] or imported_from[3]):
            is_module = (place / f"{name}.py").exists() or (place / name / "__init__.py").exists()
            if not is_module and (not file.exists() or name not in given(file)):
                yield f"{imported_from[1]}.{name}"


@cache
def given(path: Path) -> frozenset[str]:
    """Every name that a module binds."""
    names = set[str]()
    for node in outermost(parsed(path).body):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            names.add(node.name)
        elif isinstance(node, ast.Assign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            names.update(
                each.id for target in targets for each in ast.walk(target) if isinstance(each, ast.Name)
            )
        elif isinstance(node, ast.Import | ast.ImportFrom):
            names.update(alias.asname or alias.name for alias in node.names)
    return frozenset(names)


def outermost(body: list[ast.stmt]) -> Iterator[ast.stmt]:
    """The statements of a module that run when it is imported, and those for types."""
    for node in body:
        yield node
        if isinstance(node, ast.If | ast.Try):
            yield from outermost([*node.body, *node.orelse])


def modules() -> Iterator[tuple[Path, str]]:
    """Every module of the package, with the room it stands in."""
    for path in every_module():
        parts = path.relative_to(ROOT).with_suffix("").parts
        yield path, parts[0]


def rooms(path: Path) -> set[str]:
    """The rooms of p2pstream that ``path`` imports from."""
    ours = (name.split(".") for name in imports(path) if name.startswith("p2pstream."))
    return {parts[1] for parts in ours} - {"__version__"}


def floor(room: str) -> int:
    """How high a room stands."""
    return next(level for level, names in enumerate(FLOORS) if room in names)


def module(name: str) -> Path:
    """Where a module of p2pstream is, or the one that a name is imported from."""
    path = ROOT.parent.joinpath(*name.split("."))
    places = path.with_suffix(".py"), path / "__init__.py", path.parent / "__init__.py"
    return next(place for place in places if place.exists())


def says_pure(path: Path) -> bool:
    """Whether the docstring has the word."""
    return re.search(r"\bPure[.:;]", ast.get_docstring(parsed(path)) or "") is not None


def is_pure(path: Path) -> bool:
    """Whether a module computes, and nothing else."""
    return says_pure(path) or not PURE_ROOMS.isdisjoint(path.parents)


def is_ground(name: str) -> bool:
    """Whether that is on the ground floor, or a package with nothing in it."""
    return name.split(".")[1:2] in ([room] for room in GROUND) or not imports(module(name))


class LayerTests(SynchronousTestCase):
    """Arrows go down only, and not sideways."""

    def test_every_room_has_a_floor(self) -> None:
        """A new room must be given its place before anything moves in."""
        known = set().union(*FLOORS, TABLES, {"testing", "__init__"})
        self.assertEqual({room for _, room in modules()} - known, set())

    def test_arrows_go_down(self) -> None:
        """A module imports its own room, lower rooms, and the tables."""
        for path, room in modules():
            if room in TABLES | {"testing", "__init__"}:
                continue
            for other in rooms(path) - TABLES - {room}:
                self.assertIn(other, set().union(*FLOORS), f"{path} imports {other}")
                self.assertLess(floor(other), floor(room), f"{path} imports {other}")

    def test_tables_stand_on_the_ground(self) -> None:
        """The interfaces and the tables import nothing that runs."""
        for path, room in modules():
            if room in TABLES:
                ground = GROUND | {"content", "__init__", room}
                self.assertLessEqual(rooms(path), ground, str(path))

    def test_nobody_imports_testing(self) -> None:
        """What tests are made of stays out of what ships as the program."""
        for path, room in modules():
            if room != "testing":
                self.assertNotIn("testing", rooms(path), str(path))

    def test_player_and_web_are_handed_what_they_show(self) -> None:
        """The player knows interfaces and values, never where bytes come from."""
        for path, room in modules():
            if room in NARROW:
                allowed = TABLES | GROUND | {room, "content"}
                self.assertLessEqual(rooms(path), allowed, str(path))

    def test_wire_protocols_do_not_know_each_other(self) -> None:
        """Only link is shared between the native families."""
        for path, room in modules():
            if room != "protocols":
                continue
            own = path.relative_to(ROOT).parts[1]
            for name in imports(path):
                if name.startswith("p2pstream.protocols."):
                    other = name.split(".")[2]
                    self.assertIn(other, {own, "link", "registry"}, str(path))


class PresenceTests(SynchronousTestCase):
    """What is imported is there: two changes that are good alone may not be together."""

    def test_what_is_imported(self) -> None:
        """Each module of ours that somebody imports, tests and examples too, has what is imported from it."""
        missing = []
        for folder in ("p2pstream", "tests", "benchmarks", "fuzz", "examples", "script"):
            for path in every_module(ROOT.parent / folder):
                missing += [f"{path}: {name}" for name in absent(path)]
        self.assertEqual(missing, [])


class RoomTests(SynchronousTestCase):
    """Who comes in finds the way."""

    def test_large_rooms_say_where_to_start(self) -> None:
        """A folder of ten modules or more names those with which to start, and they are there."""
        count = Counter(path.parent for path, _ in modules())
        for folder in (each for each in count if count[each] >= 10):
            text = ast.get_docstring(parsed(folder / "__init__.py")) or ""
            self.assertIn("Start at ", text, f"{folder} does not say where to start")
            for name in re.findall(r"(?<!`)`([a-z_]+)`(?!`)", text.partition("Start at ")[2]):
                there = (folder / f"{name}.py").exists() or (folder / name).is_dir()
                self.assertTrue(there, f"{folder} has no {name}")


class PurityTests(SynchronousTestCase):
    """Pure modules compute; they hold no socket, file, clock or chance."""

    def test_they_say_so(self) -> None:
        """A name that is pure in one room is pure in all, and the module's docstring has the word."""
        for path, _ in modules():
            if path.stem in PURE_NAMES:
                self.assertTrue(is_pure(path), f"“Pure.” is missing in the docstring of {path}")

    def test_pure_modules(self) -> None:
        """Who says so imports the harmless part of the standard library, and others who say so."""
        checked = 0
        for path, _ in modules():
            if not is_pure(path):
                continue
            checked += 1
            for name in imports(path):
                top = name.split(".")[0]
                if top == "p2pstream":
                    self.assertTrue(is_pure(module(name)) or is_ground(name), f"{path} imports {name}")
                    continue
                self.assertNotIn(top, IMPURE, str(path))
                self.assertIn(top, set(sys.stdlib_module_names) | PURE_MAY | {"__future__"}, str(path))
        self.assertGreater(checked, len(PURE_NAMES))

    def test_the_reactor_is_passed_in(self) -> None:
        """Only roles and commands, where programs start, may reach for the global reactor."""
        for path, room in modules():
            if room in {"roles", "commands", "testing"}:
                continue
            self.assertNotIn("twisted.internet.reactor", imports(path), str(path))
            self.assertNotIn(
                "from twisted.internet import reactor", path.read_text(encoding="utf-8"), str(path)
            )
