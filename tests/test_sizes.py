"""How long modules and functions may be: what is too large has several nouns in it."""

from __future__ import annotations

import ast
from pathlib import Path

from twisted.trial.unittest import SynchronousTestCase

from tests.sources import PACKAGE, TESTS, modules, nodes

FUNCTIONS = ast.FunctionDef | ast.AsyncFunctionDef


def too_long(folder: Path, most: int) -> dict[str, int]:
    """The modules below it that have more lines, and how many."""
    lines = {str(path): path.read_text("utf-8").count("\n") for path in modules(folder)}
    return {path: count for path, count in lines.items() if count > most}


class SizeTests(SynchronousTestCase):
    """As CONTRIBUTING says."""

    def test_modules(self) -> None:
        """None has more than 300 lines."""
        self.assertEqual(too_long(PACKAGE, 300), {})

    def test_modules_of_tests(self) -> None:
        """None has more than 400."""
        self.assertEqual(too_long(TESTS, 400), {})

    def test_functions(self) -> None:
        """None has more than 40."""
        long = {}
        for path in (*modules(PACKAGE), *modules(TESTS)):
            for node in nodes(path):
                if isinstance(node, FUNCTIONS) and (node.end_lineno or 0) - node.lineno >= 40:
                    long[f"{path}: {node.name}"] = (node.end_lineno or 0) - node.lineno + 1
        self.assertEqual(long, {})
