"""What is written in the modules of the program and of its tests, read and parsed once for all tests."""

from __future__ import annotations

import ast
import gc
from collections.abc import Sequence
from functools import cache
from pathlib import Path

import p2pstream

__all__ = ["PACKAGE", "TESTS", "modules", "nodes", "parsed"]

PACKAGE, TESTS = Path(p2pstream.__file__).parent, Path(__file__).parent


@cache
def modules(folder: Path = PACKAGE) -> Sequence[Path]:
    """Every module below ``folder``, in the order of their names."""
    return sorted(folder.rglob("*.py"))


@cache
def parsed(path: Path) -> ast.Module:
    """What stands in ``path``."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    # It stays, and to look through all of them for garbage again and again takes longer than to parse them.
    gc.freeze()
    return tree


@cache
def nodes(path: Path) -> Sequence[ast.AST]:
    """Each node of it, however deep."""
    return list(ast.walk(parsed(path)))
