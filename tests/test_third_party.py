"""THIRD_PARTY.rst against the tree."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

from twisted.trial.unittest import SynchronousTestCase

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "THIRD_PARTY.rst"

#: Kinds of files that nobody here writes by hand.
FOREIGN = {".bin", ".gz", ".js", ".mjs", ".otf", ".so", ".ttf", ".wasm", ".whl", ".woff", ".woff2", ".zip"}
OURS = {".py", ".pyc"}
#: Where scripts are that are written here; whatever comes from elsewhere lies elsewhere.
SCRIPTS = ROOT / "p2pstream" / "web" / "static"
NOT_OURS = re.compile(r"licen[cs]e|copying|notice", re.IGNORECASE)


def listed() -> dict[str, str]:
    """Path and SHA-256 of every file that the page lists."""
    return dict(re.findall(r"^:file: (\S+)\n:sha256: (\S+)$", PAGE.read_text("utf-8"), re.MULTILINE))


class ThirdPartyTests(SynchronousTestCase):
    """Nobody else's work is here without its licence, and none of it has been touched."""

    def test_every_listed_file_is_as_it_came(self) -> None:
        """The page names each file with the hash that it has."""
        self.assertTrue(listed())
        for path, expected in listed().items():
            self.assertEqual(hashlib.sha256((ROOT / path).read_bytes()).hexdigest(), expected, path)

    def test_every_foreign_file_is_listed(self) -> None:
        """What looks like somebody else's work is on the page."""
        for path in (ROOT / "p2pstream").rglob("*"):
            if path.suffix == ".js" and path.parent == SCRIPTS:
                continue
            if path.suffix in FOREIGN or (path.suffix not in OURS and NOT_OURS.search(path.name)):
                self.assertIn(path.relative_to(ROOT).as_posix(), listed())

    def test_every_part_says_where_it_is_from(self) -> None:
        """Each section has a version, a licence and an origin."""
        sections = re.split(r"\n-{3,}\n", PAGE.read_text("utf-8"))[1:]
        for section in sections:
            for entry in ("version", "licence", "origin", "file"):
                self.assertRegex(section, rf"(?m)^:{entry}: \S")
