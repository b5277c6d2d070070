"""The pages against the code: what they show is what it does."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from twisted.trial.unittest import SynchronousTestCase

from p2pstream.content.addresses import Address
from p2pstream.protocols.classic import messages
from p2pstream.settings import TABLES

ROOT = Path(__file__).resolve().parent.parent
VECTORS = json.loads((ROOT / "tests/vectors/classic.json").read_text("utf-8"))["cases"]
CLASSIC = (ROOT / "docs/protocols/classic.rst").read_text("utf-8")
README = (ROOT / "README.rst").read_text("utf-8")

SENTENCE_END = re.compile(r"[.!?][)”\"]? (?=[A-Z“`])")
ABBREVIATIONS = re.compile(r"\b(?:e\.g|i\.e|etc|vs)\. ")
EXAMPLE = re.compile(r"   :caption: (.+)\n\n((?:   \w+ +[0-9a-f x]+\n)+)")


def pages() -> Iterator[Path]:
    """Every page that people write."""
    yield from sorted(ROOT.glob("*.rst"))
    yield from sorted(path for path in (ROOT / "docs").rglob("*.rst") if "_build" not in path.parts)
    yield from sorted((ROOT / "newsfragments").glob("*.rst"))


def prose(page: str) -> Iterator[str]:
    """The lines that are neither code nor options of a directive."""
    code_indent: int | None = None
    for line in page.splitlines():
        indent = len(line) - len(line.lstrip())
        if code_indent is not None and (not line.strip() or indent > code_indent):
            continue
        code_indent = None
        if re.match(r"\s*\.\. (code-block|literalinclude|code)::", line) or line.rstrip().endswith("::"):
            code_indent = indent
        elif not line.lstrip().startswith((":", "..")):
            yield line


def unhex(text: str) -> bytes:
    """Bytes from ``31 20 00 x 3``: the last byte three times."""
    plain, _, times = text.partition(" x ")
    octets = bytes.fromhex(plain)
    return octets + octets[-1:] * (int(times) - 1) if times else octets


class NewsTests(SynchronousTestCase):
    """Every fragment gets into the news."""

    def test_kinds(self) -> None:
        """Towncrier knows no other kind but ``misc``, whose text it leaves out."""
        for path in (ROOT / "newsfragments").iterdir():
            self.assertRegex(path.name, r"\A\+[\w-]+\.(feature|bugfix|doc|removal)\.rst\Z")


class ProseTests(SynchronousTestCase):
    """A change to a sentence is a change to a line."""

    def test_one_sentence_a_line(self) -> None:
        """No line of prose holds the end of one sentence and the beginning of another."""
        for page in pages():
            for line in prose(page.read_text("utf-8")):
                bare = re.sub(r"``.*?``", "x", line)
                found = SENTENCE_END.search(ABBREVIATIONS.sub("", bare))
                self.assertIsNone(found, f"{page.relative_to(ROOT)}: {line}")


class SettingsPageTests(SynchronousTestCase):
    """Nobody has to guess what a program can be told."""

    def test_every_program(self) -> None:
        """Each has its table, in the order of the code."""
        page = (ROOT / "docs/settings.rst").read_text("utf-8")
        shown = re.findall(r"^\.\. settings-table:: (.+)$", page, re.MULTILINE)
        self.assertEqual(shown, [table.program for table in TABLES])


class FaultsPageTests(SynchronousTestCase):
    """Every fault that is listed has tests, and they are there."""

    def test_every_test_is_there(self) -> None:
        """A test that is named is a test; of a mixin for all providers, in what is shipped for them."""
        page = (ROOT / "docs/faults.rst").read_text("utf-8")
        named = set(re.findall(r"``((?:\w+\.)+test_\w+)``", page))
        self.assertGreater(len(named), 250)
        self.assertEqual([each for each in sorted(named) if not self._there(each)], [])

    @staticmethod
    def _there(test: str) -> bool:
        module, _, name = test.rpartition(".")
        # What is shipped for all providers is never called a test itself.
        shipped = module.startswith("testing.") and ".test_" not in module
        room = "p2pstream" if shipped else "tests"
        path = ROOT / room / f"{module.replace('.', '/')}.py"
        return path.exists() and f"def {name}(" in path.read_text("utf-8")

    def test_every_row_has_one(self) -> None:
        """No row is without a test, and none is there twice."""
        page = (ROOT / "docs/faults.rst").read_text("utf-8").partition("What is not tested")[0]
        rows = re.split(r"\n   \* - ", page)[1:]
        titles = [row.partition("\n")[0] for row in rows if "shown by" not in row]
        self.assertEqual(len(titles), len(set(titles)))
        for row in rows:
            self.assertRegex(row, r"shown by|``\S+\.test_\w+``")


class ClassicPageTests(SynchronousTestCase):
    """Every worked example of the classic protocol is one of the recorded cases."""

    def examples(self) -> Iterator[tuple[dict[str, Any], dict[str, bytes]]]:
        """The recorded case and the page's lines, example by example."""
        cases = {case["case"]: case for case in VECTORS}
        found = EXAMPLE.findall(CLASSIC)
        self.assertGreaterEqual(len(found), 3)
        for title, lines in found:
            rows = (line.split(maxsplit=1) for line in lines.splitlines())
            yield cases[title], {kind: unhex(octets) for kind, octets in rows}

    def test_what_the_ancestor_does(self) -> None:
        """The bytes sent and the ancestor's reply are those that were recorded."""
        for case, shown in self.examples():
            self.assertEqual(shown["sent"].hex(), case["sent_hex"], case["case"])
            self.assertEqual(shown["ancestor"].hex(), case["reply_hex"], case["case"])

    def test_what_we_do(self) -> None:
        """The reply said to be ours is the one that our code makes."""
        for case, shown in self.examples():
            name = messages.decode_name(shown["sent"])
            known = [Address(host, 2050) for listed, host in case["mapping"] if listed == name]
            self.assertEqual(shown["ours"], messages.encode_reply(known), case["case"])


class ApiPageTests(SynchronousTestCase):
    """What others may use is all there."""

    def test_every_module_for_tests_is_there(self) -> None:
        """None of `p2pstream.testing` is left out."""
        page = (ROOT / "docs/api.rst").read_text("utf-8")
        told = set(re.findall(r"automodule:: p2pstream\.testing\.([\w.]+)", page))
        above = ROOT / "p2pstream/testing"
        modules = [path.relative_to(above).with_suffix("") for path in above.rglob("*.py")]
        names = {".".join(path.parts).removesuffix(".__init__") for path in modules}
        self.assertEqual(told, {name for name in names if "__" not in name})


class ReadmeTests(SynchronousTestCase):
    """The first page that anybody sees."""

    def test_the_example_is_the_file(self) -> None:
        """The lines beside the ancestor's are those of examples/watch.py, which a test runs."""
        example = (ROOT / "examples/watch.py").read_text("utf-8")
        shown = re.search(r"\.\. code-block:: python\n\n((?:   .*\n|\n)+)", README)
        assert shown is not None
        for line in shown[1].splitlines():
            self.assertIn(line.strip(), example)

    def test_the_source_map_is_a_map_of_this_source(self) -> None:
        """Every path in it is there."""
        source_map = README.split("Source map", 1)[1].split("Where next", 1)[0]
        paths = re.findall(r"``(p2pstream[\w./]*)``", source_map)
        self.assertGreater(len(paths), 10)
        for path in paths:
            self.assertTrue((ROOT / path).exists(), path)

    def test_the_picture_is_there(self) -> None:
        """It is small enough for a page."""
        picture = re.search(r"\.\. image:: (\S+)", README)
        assert picture is not None
        self.assertLess((ROOT / picture[1]).stat().st_size, 300_000)
