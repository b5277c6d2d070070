"""The command lines of the roles."""

from __future__ import annotations

import os
import sys
from io import StringIO
from typing import Any

from twisted.scripts._twistd_unix import ServerOptions
from twisted.trial.unittest import SynchronousTestCase

from p2pstream import __version__
from p2pstream.roles import central, peer, share
from p2pstream.roles.options import RoleOptions


class OptionsTestCase(SynchronousTestCase):
    def setUp(self) -> None:
        """No settings but those of the command line; streams that are read."""
        plain = {name: value for name, value in os.environ.items() if not name.startswith("P2PSTREAM_")}
        self.patch(os, "environ", {**plain, "P2PSTREAM_CONFIG": "/dev/null"})
        self.out, self.err = StringIO(), StringIO()
        self.patch(sys, "stdout", self.out)
        self.patch(sys, "__stderr__", self.err)

    def ended(self, options: RoleOptions, *args: str) -> tuple[Any, str]:
        """The exit code and what stood on stderr."""
        end = self.assertRaises(SystemExit, options.parseOptions, list(args))
        return end.code, self.err.getvalue()


class GoodTests(OptionsTestCase):
    def test_behind_folders(self) -> None:
        """What p2p-share is given may stand in any order; behind -- all is folders."""
        for line, folders, port, dlna in (
            ("", (".",), 2050, False),
            ("a --dlna b --port 9", ("a", "b"), 9, True),
            ("--port=9 a --dlna -- --port 7", ("a", "--port", "7"), 9, True),
        ):
            options = share.Options()
            options.parseOptions(line.split())
            settings = options.settings
            self.assertEqual((options.folders, settings.port, settings.dlna), (folders, port, dlna), line)
        self.assertIn("--nonsense", self.ended(share.Options(), "a", "--nonsense")[1])

    def test_defaults(self) -> None:
        """Without options the ports are the classic ones, and the folder is ./share."""
        options, other = central.Options(), peer.Options()
        options.parseOptions([])
        other.parseOptions([])
        self.assertEqual((options.settings.ip, options.settings.port), (None, 2045))
        self.assertIsNone(options.settings.mapping)
        self.assertEqual((other.settings.port, other.settings.share), (2050, ("share",)))

    def test_given(self) -> None:
        """Every option of the table can be given; --share as often as one likes."""
        options = peer.Options()
        options.parseOptions(["--ip", "127.0.0.9", "--port=9", "--share", "a", "--share", "b"])
        settings = options.settings
        self.assertEqual((settings.ip, settings.port, settings.share), ("127.0.0.9", 9, ("a", "b")))
        for role in (central, peer, share):
            options = role.Options()
            options.parseOptions(["--local", "10.1.0.0/16", "--local", "10.2.0.0/16"])
            self.assertEqual([str(each) for each in options.settings.local], ["10.1.0.0/16", "10.2.0.0/16"])

    def test_environment(self) -> None:
        """What the command line leaves out may stand in the environment."""
        os.environ["P2PSTREAM_CENTRAL_PORT"] = "9"
        options = central.Options()
        options.parseOptions([])
        self.assertEqual(options.settings.port, 9)

    def test_version_and_help(self) -> None:
        """--version names the program and its version, --help and -h every option; both exit 0."""
        self.assertEqual(self.ended(central.Options(), "--version"), (0, ""))
        self.assertEqual(self.out.getvalue(), f"p2p-central {__version__}\n")
        for flag in ("--help", "-h"):
            self.assertEqual(self.ended(peer.Options(), flag), (0, ""))
        self.assertEqual(self.out.getvalue().count("--share="), 2)
        self.assertIn("offer the films in this folder", self.out.getvalue())


class BadTests(OptionsTestCase):
    def test_F18_unknown_option(self) -> None:
        """An unknown option is one line on stderr and exit code 2."""
        self.assertEqual(
            self.ended(central.Options(), "--nope"),
            (2, "p2p-central: option --nope not recognized; try --help\n"),
        )

    def test_F18_words_too_many(self) -> None:
        """So is a word that belongs to no option."""
        self.assertEqual(
            self.ended(peer.Options(), "film"), (2, "p2p-peer: “film” belongs to no option; try --help\n")
        )

    def test_F18_bad_values(self) -> None:
        """So is a value that cannot be, with the option and the value named."""
        for option, value in (
            ("--port", "x"), ("--port", "65536"), ("--port", "-1"), ("--ip", "no-ip"), ("--ip", "1.2.3.4.5"),
        ):  # fmt: skip
            self.err.truncate(self.err.seek(0))
            code, said = self.ended(peer.Options(), option, value)
            self.assertEqual((code, said.count("\n")), (2, 1))
            self.assertIn(f"p2p-peer: {option}: cannot take “{value}”", said)

    def test_F57_escapes(self) -> None:
        """What is shown of a bad command line does nothing to a terminal."""
        for args in (("--\x1b[2J",), ("--ip", "\x1b]52;c;x\x07")):
            self.err.truncate(self.err.seek(0))
            _, said = self.ended(peer.Options(), *args)
            self.assertTrue(said.rstrip("\n").isprintable(), said)


class PidFileTests(OptionsTestCase):
    def parent(self, *args: str) -> Any:
        """What twistd makes of its own command line."""
        options = ServerOptions()
        options.parseOptions([*args, "p2p-central"])
        return options

    def test_none_by_default(self) -> None:
        """Roles stand side by side: no pid file."""
        self.assertIsNone(self.parent("-n")["pidfile"])

    def test_one_that_was_asked_for(self) -> None:
        """A pid file that twistd was told to write is written."""
        self.assertEqual(self.parent("-n", "--pidfile=x.pid")["pidfile"], os.path.abspath("x.pid"))

    def test_daemon(self) -> None:
        """Whether twistd leaves the terminal is known to the role."""
        self.assertTrue(self.parent().subOptions.is_daemon)
        self.assertFalse(self.parent("-n").subOptions.is_daemon)
        self.assertFalse(central.Options().is_daemon)
