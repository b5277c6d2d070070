"""One word for each thing, and each module says which of its words others may use."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterator

from twisted.trial.unittest import SynchronousTestCase

from tests.sources import PACKAGE, parsed
from tests.sources import modules as every_module

#: Where a machine stands is called so beside every machine, and ``twistd`` wants its options called so.
EVERYWHERE = {"Options", "Phase", "Stage", "State"}
#: A shape that a lower room asks for, and the class of that shape.
SHAPES = {"Load"}


def modules() -> Iterator[tuple[str, ast.Module]]:
    """Every module but the packages' own."""
    for path in every_module():
        if path.name != "__init__.py":
            yield str(path.relative_to(PACKAGE)), parsed(path)


def names(tree: ast.Module) -> set[str]:
    """The classes and functions that are no module's own business."""
    kinds = ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef
    return {node.name for node in tree.body if isinstance(node, kinds) and not node.name.startswith("_")}


def exported(tree: ast.Module) -> set[str]:
    """What ``__all__`` has."""
    for node in tree.body:
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__all__":
            return set(ast.literal_eval(node.value))
    return set()


class WordTests(SynchronousTestCase):
    """Names, module by module."""

    def test_one_class_of_a_name(self) -> None:
        """No two classes have the same name."""
        places: dict[str, list[str]] = defaultdict(list)
        for module, tree in modules():
            for node in tree.body:
                if isinstance(node, ast.ClassDef) and node.name not in EVERYWHERE | SHAPES:
                    places[node.name].append(module)
        self.assertEqual({name: found for name, found in places.items() if len(found) > 1}, {})

    def test_every_module_says_what_it_gives(self) -> None:
        """A module with a class or a function for others has an ``__all__``."""
        silent = [module for module, tree in modules() if names(tree) and not exported(tree)]
        self.assertEqual(silent, [])
