"""Fuzz every target in fuzz/ for an equal part of some seconds.

``python -m script.fuzzing SECONDS``
"""

from __future__ import annotations

import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

FUZZ = Path(__file__).resolve().parent.parent / "fuzz"

#: What runs the targets, and is none.
RUNNER = "running.py"


def targets() -> list[Path]:
    """Every target, in order of its name."""
    return [path for path in sorted(FUZZ.glob("*.py")) if path.name not in {RUNNER, "__init__.py"}]


def main(seconds: str) -> int:
    """Run all targets, the rest too when one finds something; 0 when none did."""
    if find_spec("atheris") is None:
        print("nothing was fuzzed: there is no atheris for this Python on this system")
        return 0
    found = targets()
    each = max(1, int(seconds) // len(found))
    codes = [subprocess.call([sys.executable, str(path), f"-max_total_time={each}"]) for path in found]
    return max(codes)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
