"""Run one part of the tests under trial and write down how many passed.

``python -m script.trials unit|roles|processes|windows|player|packaging [trial arguments]``

trial's own last lines are not what a continuous integration service can read, so the
numbers go into the file that the environment variable COUNTS names.
"""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from pathlib import Path
from threading import Timer

TESTS = Path(__file__).resolve().parent.parent / "tests"

#: Needs an installed wheel, and nothing beside it.
PACKAGING = ["tests.test_packaging"]

#: Those of the real programs that draw.
WINDOWS = [
    "tests.real.test_demo",
    "tests.real.test_examples",
    "tests.real.test_play",
    "tests.real.test_player_troubles",
]

#: As much again, so that each takes one of two cores.
PLAYER = ["tests.real.test_player"]

#: What central and peer do by themselves; mostly waiting, beside the others.
ROLES = "tests.real.test_roles_"

#: What whole swarms do in simulation: the same with all dependencies and systems.
SWARMS = ["tests.testing.sim.test_local", "tests.testing.sim.test_rows"]

#: A part that takes longer hangs.
LONGEST_S = float(os.environ.get("LONGEST_S", "540"))

OUTCOME = re.compile(r"(skips|expectedFailures|failures|errors|unexpectedSuccesses|successes)=(\d+)")


def modules(part: str) -> list[str]:
    """What to hand to trial for a part; what is in no other part is in "unit" or "processes".

    Simulated swarms are in "roles", which runs once.
    """
    if part == "packaging":
        return PACKAGING
    if part == "windows":
        return WINDOWS
    if part == "player":
        return PLAYER
    if part in ("roles", "processes"):
        real = (f"tests.real.{path.stem}" for path in sorted(TESTS.glob("real/test_*.py")))
        others = [name for name in real if name not in WINDOWS + PLAYER]
        roles = [name for name in others if name.startswith(ROLES)]
        return SWARMS + roles if part == "roles" else [name for name in others if name not in roles]
    alone = [f"tests.{path.stem}" for path in sorted(TESTS.glob("test_*.py"))]
    rooms = [f"tests.{path.parent.name}" for path in sorted(TESTS.glob("*/__init__.py"))]
    testing = [_name(path) for path in sorted(TESTS.glob("testing/**/test_*.py"))]
    elsewhere = [*PACKAGING, *SWARMS, "tests.real", "tests.testing"]
    return [name for name in alone + rooms + testing if name not in elsewhere]


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


def main(part: str, *arguments: str) -> int:
    """Run the part, show what trial says while it says it, and keep the count."""
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
        # On SIGABRT faulthandler writes where every thread is.
        patience = Timer(LONGEST_S, trial.send_signal, [signal.SIGABRT])
        patience.start()
        for line in trial.stdout:
            print(line, end="", flush=True)
            lines.append(line)
        patience.cancel()
    if "COUNTS" in os.environ:
        counts = Path(os.environ["COUNTS"])
        counts.parent.mkdir(parents=True, exist_ok=True)
        counts.write_text("{} {}\n".format(*count("".join(lines))), "ascii")
    return trial.returncode


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
