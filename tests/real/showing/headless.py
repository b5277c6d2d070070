"""Where something is missing: named, with what to do, and the process lives on."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from twisted.internet import reactor
from twisted.trial.unittest import TestCase

from p2pstream.errors import NoPlayer
from p2pstream.player import preflight
from p2pstream.player.sfml_player import SfmlPlayer
from p2pstream.player.vlc_player import VlcPlayer


class MissingTests(TestCase):
    def _set(self, name: str, value: str | None) -> None:
        before = os.environ.get(name)
        self.addCleanup(self._put, name, before)
        self._put(name, value)

    def _put(self, name: str, value: str | None) -> None:
        if value is None:
            os.environ.pop(name, None)
        else:
            os.environ[name] = value

    async def test_no_display(self) -> None:
        """Without DISPLAY both players say so and name the ways out."""
        self._set("DISPLAY", None)
        for make in (SfmlPlayer, VlcPlayer):
            player = make(reactor)
            failure = await self.assertFailure(player.open("film"), NoPlayer)
            self.assertIn("--player none", str(failure))
            self.assertIn("Xvfb", str(failure))
            await player.stop()

    async def test_dead_display(self) -> None:
        """A display that does not answer is found out before SFML would abort."""
        self._set("DISPLAY", ":4711")
        failure = await self.assertFailure(SfmlPlayer(reactor).open("film"), NoPlayer)
        self.assertIn("':4711' does not answer", str(failure))

    def test_all_is_here(self) -> None:
        """Where nothing is missing nothing is named."""
        problems = (preflight.display_problem(), preflight.sfml_problem(), preflight.libvlc_problem())
        self.assertEqual(problems, ("", "", ""))

    def test_no_libvlc(self) -> None:
        """Without libvlc the import works and the first call is a NameError: named all the same."""
        absent = "import ctypes, vlc; vlc.dll = ctypes.CDLL(None); vlc._Cfunctions.clear()\n"
        self.assertIn("apt install libvlc5", self._python(absent + self._asking("libvlc")))

    def test_wrong_library_path(self) -> None:
        """A wrong path makes python-vlc end the process at import: it is not let."""
        self._set("PYTHON_VLC_LIB_PATH", "/nowhere/libvlc.so")
        self.assertIn("libvlc is missing", self._python(self._asking("libvlc")))

    def test_libvlc_that_does_not_start(self) -> None:
        """A libvlc that refuses (no plugins, a bad option) gives None: made an error in words."""
        code = (
            "from p2pstream.player.libvlc.vlc import Libvlc\n"
            "try:\n"
            "    Libvlc(('--quiet', '--no-such-option'))\n"
            "except Exception as error:\n"
            "    print(type(error).__name__, error)\n"
        )
        self.assertIn("NoPlayer libvlc does not start: ", self._python(code))

    def test_no_sfml(self) -> None:
        """Without the SFML package the command that installs it is named."""
        code = "import sys; sys.modules['sfml'] = None\n"
        self.assertIn("pip install 'p2pstream[player]'", self._python(code + self._asking("sfml")))

    def _asking(self, what: str) -> str:
        return f"from p2pstream.player import preflight; print(preflight.{what}_problem())"

    def _python(self, code: str) -> str:
        """What a fresh process prints; it must end well."""
        root = str(Path(preflight.__file__).parents[2])
        ended = subprocess.run(
            [sys.executable, "-c", code],
            env={**os.environ, "PYTHONPATH": root},
            capture_output=True,
            text=True,
            check=False,
        )
        self.assertEqual(ended.returncode, 0, ended.stderr)
        return ended.stdout
