"""Runs one target under atheris (``pip install atheris``), with its corpus and libFuzzer's flags.

The corpus is read, never written: what atheris finds goes to a folder of its own.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path
from types import FunctionType, ModuleType

#: What a target does with one input; anything that it raises is a find.
Target = Callable[[bytes], None]


def run(target: Target, modules: Iterable[ModuleType], name: str) -> None:
    """Fuzz until libFuzzer's flags (``-max_total_time=10``, ``-runs=1000``) say enough.

    :param modules: what is under test; atheris follows the branches in there.
    """
    try:
        import atheris
    except ImportError:
        sys.exit("fuzzing needs atheris: pip install atheris")
    for module in modules:
        for function in functions(module):
            atheris.instrument_func(function)
    corpus = Path(__file__).parent / "corpus" / name
    with tempfile.TemporaryDirectory(prefix="p2pstream-fuzz-") as finds:
        atheris.Setup([*sys.argv, "-max_len=2048", "-timeout=1", finds, str(corpus)], target)
        atheris.Fuzz()


def functions(module: ModuleType) -> Iterable[FunctionType]:
    """The functions and methods that ``module`` defines."""
    for thing in vars(module).values():
        members = vars(thing).values() if isinstance(thing, type) else [thing]
        for member in members:
            if isinstance(member, FunctionType) and member.__module__ == module.__name__:
                yield member
