"""Run one part of the tests under trial and write down how many passed.

``python -m script.trials unit|real|packaging [trial arguments]``

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

#: Parts that need more than the package and its dependencies: a display, an installed wheel.
BESIDE = {"real": ["tests.real"], "packaging": ["tests.test_packaging"]}

#: A part that takes longer hangs.
LONGEST_S = float(os.environ.get("LONGEST_S", "420"))

OUTCOME = re.compile(r"(skips|expectedFailures|failures|errors|unexpectedSuccesses|successes)=(\d+)")


def modules(part: str) -> list[str]:
    """What to hand to trial for a part; "unit" is all that is in no other part."""
    if part in BESIDE:
        return BESIDE[part]
    beside = {name for names in BESIDE.values() for name in names}
    found = [f"tests.{path.stem}" for path in sorted(TESTS.glob("test_*.py"))]
    found += [f"tests.{path.parent.name}" for path in sorted(TESTS.glob("*/__init__.py"))]
    return [name for name in found if name not in beside]


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
    names = [argument for argument in arguments if argument.startswith("tests")]
    options = [argument for argument in arguments if argument not in names]
    folder = os.environ.get("TOX_ENV_DIR", ".")
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
