"""Run the tox environments and end with what failed and one line that counts every test of them all.

``python -m script.checks [environment ...]``

What draws runs after the rest, which would cost it frames.
"""

from __future__ import annotations

import compileall
import configparser
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

from script.programs import dying_with_us

ROOT = Path(__file__).resolve().parent.parent
COUNTS = ROOT / ".tox" / "counts"

#: Two more than the cores that are promised: two parts run real programs, which mostly wait.
PARALLEL = "4"

#: Drawing takes half of a core each, and other neighbours would cost frames.
DRAWING = ("windows", "player", "hands", "troubles")


def environments() -> list[str]:
    """Every environment of tox.ini's list, which leaves out what is run by hand."""
    tox = configparser.ConfigParser(interpolation=None)
    tox.read(ROOT / "tox.ini", "utf-8")
    return [name.strip() for name in tox["tox"]["env_list"].split(",")]


def interpreters() -> list[str]:
    """The Pythons that pyenv keeps; only the chosen one of them is on the path."""
    root = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv"))
    return [str(path) for path in sorted(root.glob("versions/3.1[1-4].*/bin/python"))]


def run(names: list[str], *how: str) -> int:
    """Run these environments with tox; its exit code."""
    if not names:
        return 0
    discover = ["--discover", *found] if (found := interpreters()) else []
    tox = [sys.executable, "-m", "tox", *how, *discover, "-e", ",".join(names)]
    return subprocess.call(dying_with_us(tox))


def counted() -> tuple[int, int]:
    """How many tests passed and failed in all parts; says again what failed, which is far above by now."""
    passed = failed = 0
    for path in sorted(COUNTS.glob("*")):
        numbers, _, faults = path.read_text("utf-8").partition("\n")
        more_passed, more_failed = map(int, numbers.split())
        passed, failed = passed + more_passed, failed + more_failed
        if faults:
            print(f"What failed in {path.name}:\n{faults}")
    return passed, failed


def main(*wanted: str) -> int:
    """Run what is wanted, by default everything; 0 only if all of it passed."""
    began = time.monotonic()
    # A wheel is built out of build/, and so would bring along what has been removed since.
    for stale in (COUNTS, ROOT / "build"):
        shutil.rmtree(stale, ignore_errors=True)
    # Hundreds of programs are started: they are compiled once, also where Python is told to keep nothing.
    compileall.compile_dir(ROOT / "p2pstream", quiet=2)
    names = list(wanted) or environments()
    code = 0
    for group, count in (
        ([name for name in names if name not in DRAWING], PARALLEL),
        ([name for name in names if name in DRAWING], str(len(DRAWING))),
    ):
        code = run(group, "run-parallel", "--parallel", count, "--parallel-no-spinner") or code
    passed, failed = counted()
    if code and not failed:
        # A check that is no test (lint, types, docs), or a trial that never reached its end.
        failed = 1
    print(f"script/test took {time.monotonic() - began:.0f} s")
    print(f"{passed} passed, {failed} failed", flush=True)
    return code


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
