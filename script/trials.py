"""Run one part of the tests under trial and write down how many passed.

``python -m script.trials PART [trial arguments]``

PART is rules, unit, everywhere, portable, roles, processes, web, swarms, windows, player,
hands, troubles or packaging.

trial's own last lines are not what a continuous integration service can read, so the
numbers go into the file that the environment variable COUNTS names, and after them what failed.
"""

from __future__ import annotations

import os
import re
import resource
import signal
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path
from threading import Timer

TESTS = Path(__file__).resolve().parent.parent / "tests"

#: What holds of every line, whatever it does; each file is parsed once for them all.
RULES = [
    "tests.test_docs",
    "tests.test_events",
    "tests.test_exports",
    "tests.test_layers",
    "tests.test_limits",
    "tests.test_sizes",
    "tests.test_third_party",
    "tests.test_words",
]

#: Needs an installed wheel, and nothing beside it.
PACKAGING = ["tests.test_packaging"]

#: Those of the real programs that draw.
WINDOWS = ["tests.real.players.test_demo", "tests.real.players.test_play"]

#: Films take their time, and half a core: four parts draw beside each other.
PLAYER = ["tests.real.players.test_player"]
HANDS = ["tests.real.players.test_player_hands"]
TROUBLES = ["tests.real.players.test_player_troubles"]

#: Those that are looked at by HTTP, with browsers, players and curl: as much again as the others.
WEB = [
    "tests.real.web.test_browser",
    "tests.real.web.test_disguised",
    "tests.real.web.test_gateway",
    "tests.real.web.test_http",
    "tests.real.web.test_looking",
    "tests.real.web.test_outside",
    "tests.real.web.test_web_seed",
]

#: What whole swarms do in simulation: the same with all dependencies and systems.
SWARMS = ["tests.testing.sim.test_local", "tests.testing.sim.test_rows"]

_NAMED = {
    "rules": RULES,
    "packaging": PACKAGING,
    "windows": WINDOWS,
    "player": PLAYER,
    "hands": HANDS,
    "troubles": TROUBLES,
    "web": WEB,
    "swarms": SWARMS,
}

#: What central and peer do by themselves; mostly waiting, beside the others.
ROLES = "tests.real.roles."

#: Of the unit tests, what neither another Python nor other dependencies nor another system could
#: break: whole swarms of what is pure.
ONCE = (
    "tests.flows.",
    "tests.live.test_cast",
    "tests.live.test_hosts",
    "tests.swarm.picker.test_together",
    "tests.testing.sim.",
)

#: Rooms that know what only Linux has, or stand right above it.
SYSTEM = (
    "tests.data.",
    "tests.peer.",
    "tests.protocols.classic.",
    "tests.protocols.http.",
    "tests.roles.",
    "tests.transport.",
)

#: All that may be asked for.
PARTS = (*_NAMED, "unit", "everywhere", "portable", "roles", "processes")

#: Each test has a limit of its own; a part that takes this long hangs outside of them all, however
#: slow the machine.
LONGEST_S = float(os.environ.get("LONGEST_S", "1500"))

#: How trial begins to tell of tests that did not fail.
UNHARMED = ("[SKIPPED]", "[TODO]")

#: How many characters of a trial that never ended are repeated.
LAST = 4000

OUTCOME = re.compile(r"(skips|expectedFailures|failures|errors|unexpectedSuccesses|successes)=(\d+)")


def modules(part: str) -> list[str]:
    """What to hand to trial for a part; what is in no other part is in "unit" or "processes".

    "everywhere" is what of "unit" runs with every Python, "portable" what of that depends on the system.
    """
    if part in _NAMED:
        return _NAMED[part]
    named = [name for names in _NAMED.values() for name in names]
    real = [name for name in map(_name, sorted((TESTS / "real").rglob("test_*.py"))) if name not in named]
    if part in ("roles", "processes"):
        roles = [name for name in real if name.startswith(ROLES)]
        return roles if part == "roles" else [name for name in real if name not in roles]
    elsewhere = [*named, *real]
    without = {"unit": (), "everywhere": ONCE, "portable": ONCE}[part]
    found: Iterable[str] = map(_name, sorted(TESTS.rglob("test_*.py")))
    if part == "portable":
        found = (name for name in found if name.startswith(SYSTEM))
    return [name for name in found if name not in elsewhere and not name.startswith(without)]


def _name(path: Path) -> str:
    return ".".join(path.relative_to(TESTS.parent).with_suffix("").parts)


def count(output: str) -> tuple[int, int]:
    """How many tests passed and how many failed, by trial's last line that says so.

    >>> count("PASSED (skips=2, successes=40)")
    (40, 0)
    >>> count("FAILED (failures=1, errors=2, successes=3)")
    (3, 3)
    """
    summary = [line for line in output.splitlines() if line.startswith(("PASSED", "FAILED"))]
    numbers = {name: int(number) for name, number in OUTCOME.findall(summary[-1] if summary else "")}
    passed = numbers.get("successes", 0) + numbers.get("expectedFailures", 0)
    failed = sum(numbers.get(kind, 0) for kind in ("failures", "errors", "unexpectedSuccesses"))
    return passed, failed


def faults(output: str) -> str:
    r"""What trial says of each test that failed, or the end of what it said where it never ended.

    >>> faults("[FAIL]\n======\n[FAIL]\ntests.some.Tests.test\n------\nRan 2 tests in 1.0s\n")
    '[FAIL]\ntests.some.Tests.test\n'
    """
    said, ended, _ = output.rpartition("\nRan ")
    told = re.split(r"(?m)^=+\n", said)[1:] if ended else [output[-LAST:]]
    lines = "".join(each for each in told if not each.startswith(UNHARMED)).splitlines(keepends=True)
    return "".join(line for line in lines if line.strip("=-\n"))


def _abort(part: str, trial: subprocess.Popen[str]) -> None:
    """End a trial that hangs; on SIGABRT faulthandler writes where every thread is."""
    said = f"{part}: aborted, as it is not done after {LONGEST_S:.0f} s; what it was doing:"
    print(f"\n{said}", flush=True)
    trial.send_signal(signal.SIGABRT)


def main(part: str = "", *arguments: str) -> int:
    """Run the part, show what trial says while it says it, and keep the count."""
    if part not in PARTS:
        parts = ", ".join(sorted(PARTS))
        print(f"“{part}” is no part; parts are {parts}; modules go behind one", file=sys.stderr)
        return 2
    # Begun in the background, as services begin things, a shell has Ctrl-C ignored, and so
    # would every program that a test interrupts.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    names = [argument for argument in arguments if argument.startswith("tests")]
    options = [argument for argument in arguments if argument not in names]
    folder = os.environ.get("TOX_ENV_DIR", "_trial_temp")
    command = [
        sys.executable,
        "-X",
        "faulthandler",
        "-m",
        "twisted.trial",
        f"--temp-directory={folder}/trial",
    ]
    lines: list[str] = []
    with subprocess.Popen(
        [*command, *options, *(names or modules(part))], stdout=subprocess.PIPE, text=True
    ) as trial:
        assert trial.stdout is not None
        patience = Timer(LONGEST_S, _abort, [part, trial])
        patience.start()
        for line in trial.stdout:
            print(line, end="", flush=True)
            lines.append(line)
        patience.cancel()
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    print(f"{part} took {used.ru_utime + used.ru_stime:.0f} s of processor")
    if "COUNTS" in os.environ:
        counts = Path(os.environ["COUNTS"])
        counts.parent.mkdir(parents=True, exist_ok=True)
        output = "".join(lines)
        counts.write_text("{} {}\n{}".format(*count(output), faults(output)), "utf-8")
    return trial.returncode


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
