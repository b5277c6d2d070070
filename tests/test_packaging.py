"""The wheel, installed in an environment of its own; run by ``tox -e packaging``."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path
from unittest import SkipTest

from twisted.trial.unittest import SynchronousTestCase

import p2pstream

SITE_PACKAGES = Path(sys.prefix) / "lib" / f"python3.{sys.version_info[1]}" / "site-packages"
PROGRAMS = ("p2p-central", "p2p-peer", "p2p-play", "p2p-get")
BUILD_CACHE = "from twisted.plugin import IPlugin, getPlugins; list(getPlugins(IPlugin))"


class WheelTests(SynchronousTestCase):
    """What somebody has who typed ``pip install p2pstream`` and nothing else."""

    def setUp(self) -> None:
        """Find the wheel; the checkout itself is no installation, whatever is in its folder."""
        if not (SITE_PACKAGES / "p2pstream").is_dir():
            raise SkipTest("p2pstream is not installed here as a wheel")
        self.wheel = next(iter(Distribution.discover(name="p2pstream", path=[str(SITE_PACKAGES)])))
        self.files = [str(path) for path in self.wheel.files or ()]

    def run_installed(self, *command: str) -> str:
        """Run a program of this environment in an empty folder; what it said."""
        folder = Path(self.mktemp())
        folder.mkdir(parents=True)
        environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
        program = Path(sys.executable).with_name(command[0])
        done = subprocess.run(
            [program, *command[1:]], cwd=folder, env=environment, capture_output=True, text=True, timeout=60
        )
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        return done.stdout

    def test_twistd_knows_both_roles(self) -> None:
        """``twistd --help`` lists the central and the peer, each with what it is."""
        text = self.run_installed("twistd", "--help")
        for role in ("p2p-central", "p2p-peer"):
            self.assertRegex(text, rf"(?m)^ +{role} +\w+")

    def test_roles_explain_themselves(self) -> None:
        """``twistd p2p-peer --help`` works with nothing but the base install."""
        self.assertIn("--share", self.run_installed("twistd", "p2p-peer", "--help"))
        self.assertIn("--mapping", self.run_installed("twistd", "p2p-central", "--help"))

    def test_commands(self) -> None:
        """Every command is on the path, and says what it is, without any of the extras."""
        for program in PROGRAMS:
            self.assertIn(p2pstream.__version__, self.run_installed(program, "--version"))
            self.assertIn("usage", self.run_installed(program, "--help").lower())

    def test_the_plugin_cache_is_built(self) -> None:
        """The line in docs/platforms builds the cache, and the roles are in it."""
        cache = SITE_PACKAGES / "twisted" / "plugins" / "dropin.cache"
        cache.unlink(missing_ok=True)
        self.run_installed("python", "-c", BUILD_CACHE)
        self.assertTrue(b"p2pstream_roles" in cache.read_bytes())
        self.assertTrue(b"p2pstream_protocols" in cache.read_bytes())

    def test_nothing_is_in_the_way_of_other_plugins(self) -> None:
        """Our folder twisted/plugins is no package: Twisted's is, and has no __init__.py."""
        self.assertIn("twisted/plugins/p2pstream_roles.py", self.files)
        self.assertNotIn("twisted/plugins/__init__.py", self.files)
        self.assertNotIn("twisted/__init__.py", self.files)

    def test_what_belongs_in_a_wheel(self) -> None:
        """Types, fonts and licences come along; tests, docs and scripts do not."""
        self.assertIn("p2pstream/py.typed", self.files)
        self.assertIn("p2pstream/player/fonts/DejaVuSans.ttf", self.files)
        self.assertTrue(any(path.endswith("licenses/LICENSE") for path in self.files))
        tops = {path.split("/")[0] for path in self.files if not path.startswith("..")}
        self.assertEqual({top for top in tops if ".dist-info" not in top}, {"p2pstream", "twisted"})

    def test_the_base_install_is_small(self) -> None:
        """Nothing of the extras comes with it."""
        for extra in ("av", "SFML", "python-vlc", "rich"):
            with self.assertRaises(PackageNotFoundError):
                distribution(extra)

    def test_what_it_needs(self) -> None:
        """Twisted with TLS and zope.interface; all else is an extra."""
        needs = self.wheel.requires or []
        base = {re.split(r"[\[><=; ]", need)[0].lower() for need in needs if "extra ==" not in need}
        self.assertEqual({need.replace("-", ".") for need in base}, {"twisted", "zope.interface"})
