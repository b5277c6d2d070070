"""Settings: one table, four places that a value may come from."""

from __future__ import annotations

import os
from pathlib import Path

from twisted.python import usage
from twisted.trial.unittest import SynchronousTestCase

from p2pstream.content.addresses import Address
from p2pstream.errors import UsageError
from p2pstream.limits import LIMITS
from p2pstream.settings import (
    TABLES,
    CentralSettings,
    GetSettings,
    LiveSettings,
    PeerSettings,
    PlaySettings,
    help_text,
    opt_flags,
    opt_given,
    opt_parameters,
    resolve,
)
from p2pstream.settings.kinds import rate
from tests import strategies  # noqa: F401  (loads the profile)

NOWHERE = {"XDG_CONFIG_HOME": "/dev/null"}


class Roles(usage.Options):
    """The options of a peer as its role declares them."""

    optParameters = opt_parameters(PeerSettings)
    optFlags = opt_flags(PeerSettings)

    def opt_share(self, folder: str) -> None:
        """Offer a folder."""
        self.setdefault("share", []).append(folder)

    def opt_central(self, address: str) -> None:
        """List what is shared there."""
        self.setdefault("central", []).append(address)


class SettingsFile(SynchronousTestCase):
    """A test with a settings file of its own."""

    def file(self, content: str | bytes) -> str:
        """The path of a file that says ``content``."""
        path = Path(self.mktemp())
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return str(path)

    def fault(self, table: type, flags: dict, environ: dict[str, str] | None = None) -> str:
        """What a person reads who set something wrong: always one line."""
        message = str(self.assertRaises(UsageError, resolve, table, flags, NOWHERE | (environ or {})))
        self.assertNotIn("\n", message)
        return message


class PrecedenceTests(SettingsFile):
    """Flag before environment before file before default."""

    def test_default(self) -> None:
        """With nothing said anywhere, the card's three commands work."""
        self.assertEqual(resolve(PeerSettings, {}, NOWHERE), PeerSettings(port=2050, share=("share",)))
        self.assertEqual(resolve(CentralSettings, {}, NOWHERE), CentralSettings(port=2045))

    def test_each_beats_the_next(self) -> None:
        """Taking the strongest away lets the next one through."""
        file = self.file("[peer]\nport = 3")
        environ = NOWHERE | {"P2PSTREAM_PEER_PORT": "2"}
        self.assertEqual(resolve(PeerSettings, {"port": "1", "config": file}, environ).port, 1)
        self.assertEqual(resolve(PeerSettings, {"config": file}, environ).port, 2)
        self.assertEqual(resolve(PeerSettings, {"config": file}, NOWHERE).port, 3)

    def test_xdg_file(self) -> None:
        """The file in the XDG folder is read without being named."""
        folder = Path(self.mktemp())
        (folder / "p2pstream").mkdir(parents=True)
        (folder / "p2pstream" / "config.toml").write_text('[get]\nout = "~/Films"\nquiet = true')
        found = resolve(GetSettings, {}, {"XDG_CONFIG_HOME": str(folder)})
        self.assertEqual((found.out, found.quiet), (os.path.expanduser("~/Films"), True))

    def test_named_file_instead(self) -> None:
        """P2PSTREAM_CONFIG names a file, --config beats it, /dev/null is none."""
        one, other = self.file("[central]\nport = 1"), self.file("[central]\nport = 2")
        environ = NOWHERE | {"P2PSTREAM_CONFIG": one}
        self.assertEqual(resolve(CentralSettings, {}, environ).port, 1)
        self.assertEqual(resolve(CentralSettings, {"config": other}, environ).port, 2)
        self.assertEqual(resolve(CentralSettings, {"config": "/dev/null"}, environ).port, 2045)

    def test_other_programs_tables(self) -> None:
        """One file serves all programs; each reads its own table."""
        file = self.file("[central]\nport = 1\n[peer]\nport = 2\n[play]\nvolume = 50")
        self.assertEqual(resolve(PlaySettings, {"config": file}, NOWHERE).volume, 50)

    def test_repeated(self) -> None:
        """Folders are a list in the file, and parted as in PATH in the environment."""
        file = self.file('[peer]\nshare = ["a", "b"]')
        self.assertEqual(resolve(PeerSettings, {"config": file}, NOWHERE).share, ("a", "b"))
        environ = NOWHERE | {"P2PSTREAM_PEER_SHARE": f"c{os.pathsep}d"}
        self.assertEqual(resolve(PeerSettings, {}, environ).share, ("c", "d"))
        self.assertEqual(resolve(PeerSettings, {"share": ["e"]}, environ).share, ("e",))

    def test_several_centrals(self) -> None:
        """Centrals are repeated, or have commas between them; colons belong to them."""
        three = (Address("127.0.0.1", 2045), Address("::1", 7), Address("c.example", 8))
        flags = {"central": ["127.0.0.1,[::1]:7", "c.example:8"]}
        environ = NOWHERE | {"P2PSTREAM_PEER_CENTRAL": "127.0.0.1,[::1]:7,c.example:8"}
        file = self.file('[peer]\ncentral = ["127.0.0.1", "[::1]:7", "c.example:8"]')
        self.assertEqual(resolve(PeerSettings, flags, NOWHERE).central, three)
        self.assertEqual(resolve(PeerSettings, {}, environ).central, three)
        self.assertEqual(resolve(PeerSettings, {"config": file}, NOWHERE).central, three)
        self.assertEqual(resolve(PeerSettings, {}, NOWHERE).central, three[:1])
        for bad in ("", "a,,b", "a:b", "1.2.3"):
            self.assertRaises(UsageError, resolve, PeerSettings, {"central": [bad]}, NOWHERE)


class FaultTests(SettingsFile):
    """A bad value is met with one line that says where it came from."""

    def test_flag(self) -> None:
        """The flag is named, the value shown, and what to write instead."""
        message = self.fault(PeerSettings, {"port": "x\x1b[2J"})
        self.assertEqual(
            message, "--port: cannot take “x\\x1b[2J”: write a whole number from 0 to 65535; try --help"
        )

    def test_variable(self) -> None:
        """The variable is named."""
        message = self.fault(PlaySettings, {}, {"P2PSTREAM_PLAY_HW": "mpv"})
        self.assertIn("P2PSTREAM_PLAY_HW: cannot take “mpv”: write one of auto, none", message)

    def test_players_that_are_programs(self) -> None:
        """What is only for those is refused where there is none."""
        for flags in (
            {"player_args": "--fs"}, {"no_quit": True}, {"http_port": "80"}, {"http": True, "player": "vlc"},
            {"http": True, "stdout": True}, {"no_quit": True, "player": "none"},
        ):  # fmt: skip
            self.assertIn("--", self.fault(PlaySettings, flags))
        for flags in (
            {"player_args": "--fs", "player": "vlc"}, {"no_quit": True, "player": "ffplay -autoexit"},
            {"http_port": "80", "http": True},
        ):  # fmt: skip
            self.assertTrue(resolve(PlaySettings, flags, NOWHERE).is_served)
        for flags in ({}, {"player": "sfml"}, {"player": "vlc-window"}, {"player": "none"}):
            self.assertFalse(resolve(PlaySettings, flags, NOWHERE).is_served)

    def test_file_and_key(self) -> None:
        """The file and the key are named."""
        file = self.file("[play]\nvolume = 300")
        self.assertIn(f"{file}: play.volume: cannot take “300”", self.fault(PlaySettings, {"config": file}))

    def test_unknown_key_and_table(self) -> None:
        """A slip of the finger is no silent nothing."""
        file = self.file("[peer]\nprot = 1")
        self.assertIn(
            "peer has no setting prot; it has cache_size, central, certificate, dlna, hostname, ip, ",
            self.fault(PeerSettings, {"config": file}),
        )
        file = self.file("[pear]\nport = 1")
        self.assertIn(
            "there is no table [pear]; write central, get", self.fault(PeerSettings, {"config": file})
        )
        file = self.file("port = 1")
        self.assertIn("there is no table [port]", self.fault(PeerSettings, {"config": file}))

    def test_unreadable_file(self) -> None:
        """Missing, a folder, no TOML, no UTF-8: each says which file and why."""
        wrong = self.fault(GetSettings, {"config": "/dev/null/x"})
        self.assertIn("in /dev/null/x: a part of that path is not a folder", wrong)
        self.assertIn("1.0 MB are the most", self.fault(GetSettings, {"config": "/dev/zero"}))
        self.assertIn("there is a folder of that name", self.fault(GetSettings, {"config": "/"}))
        missing = self.fault(GetSettings, {"config": "nofile"})
        self.assertEqual(missing, "cannot read the settings in nofile: there is no such file or folder")
        self.assertIn("is no TOML", self.fault(GetSettings, {"config": self.file("[get")}))
        self.assertIn("is no TOML", self.fault(GetSettings, {"config": self.file(b"\xff")}))

    def test_long_file(self) -> None:
        """At the bound it is read, one byte past it is refused."""
        start = "[play]\nvolume = 7\n#"
        most = LIMITS.settings_bytes
        fits = self.file(start + "x" * (most - len(start)))
        self.assertEqual(resolve(PlaySettings, {"config": fits}, {}).volume, 7)
        longer = self.file(start + "x" * (most - len(start) + 1))
        self.assertIn("are the most", self.fault(PlaySettings, {"config": longer}))

    def test_monstrous_file(self) -> None:
        """What Python's own reader chokes on is one line too."""
        for content in ("[play]\nvolume = " + "9" * 5000, "a = " + "[" * 5000 + "]" * 5000):
            self.assertIn("is no TOML", self.fault(PlaySettings, {"config": self.file(content)}))
        file = self.file("[play]\nvolume = 0x" + "f" * 9000)
        self.assertIn("play.volume: one text or number", self.fault(PlaySettings, {"config": file}))

    def test_pipe(self) -> None:
        """Nobody waits for somebody to write into a pipe."""
        pipe = self.mktemp()
        os.mkfifo(pipe)
        self.assertIn("it is not a regular file", self.fault(GetSettings, {"config": pipe}))

    def test_wrong_type_in_file(self) -> None:
        """A list where one value belongs is refused in words."""
        file = self.file("[peer]\nport = [1]")
        self.assertIn("peer.port: one text or number", self.fault(PeerSettings, {"config": file}))

    def test_empty_text(self) -> None:
        """An empty path would mean the current folder to one function and an error to the next."""
        self.assertIn("--out: cannot take “”: it is empty", self.fault(GetSettings, {"out": ""}))

    def test_addresses(self) -> None:
        """--ip takes addresses, IPv6 with brackets too, and no host names."""
        self.assertEqual(resolve(PeerSettings, {"ip": "[::1]"}, NOWHERE).ip, "::1")
        self.assertIn("no IP address", self.fault(PeerSettings, {"ip": "localhost"}))

    def test_addresses_of_nobody(self) -> None:
        """Nor those that no machine has, but for the two that mean all of ours."""
        for ip in ("224.0.0.1", "255.255.255.255", "240.0.0.1", "ff02::1"):
            self.assertIn("no single machine has that address", self.fault(PeerSettings, {"ip": ip}))
        for ip in ("0.0.0.0", "::", "::1", "64:ff9b::102:304"):
            self.assertEqual(resolve(CentralSettings, {"ip": ip}, NOWHERE).ip, ip)

    def test_numbers(self) -> None:
        """Zeros in front are no harm, and no way around the bounds."""
        for text, port in (("0", 0), ("00080", 80), ("0" * 5000 + "1", 1), ("65535", 65535)):
            self.assertEqual(resolve(PeerSettings, {"port": text}, NOWHERE).port, port)
        for text in ("65536", "000000000999999", "9" * 5000, "-1", "+1", "1.0", "\u0663", "", " 1"):
            self.assertIn("whole number from 0 to 65535", self.fault(PeerSettings, {"port": text}))

    def test_sizes(self) -> None:
        """As people write them; below the least, and what is no size, is refused."""
        for text, size in (
            ("32M", 32_000_000),
            ("256m", 256_000_000),
            ("1.5GB", 1_500_000_000),
            ("2T", 2 * 10**12),
            ("32000000", 32_000_000),
        ):
            self.assertEqual(resolve(PlaySettings, {"cache_size": text}, NOWHERE).cache_size, size)
        self.assertIn("32.0 MB are the least", self.fault(GetSettings, {"cache_size": "31999999"}))
        for text in ("", "M", "-1G", "1 G", "1e9", "2X", "2Gbit", "\u0663G", "9" * 5000):
            self.assertIn("256M or 2G", self.fault(GetSettings, {"cache_size": text}))

    def test_switches(self) -> None:
        """Yes and no are understood, perhaps is not."""
        for word, on in (("yes", True), ("ON", True), ("1", True), ("no", False), ("0", False)):
            found = resolve(GetSettings, {}, NOWHERE | {"P2PSTREAM_GET_QUIET": word})
            self.assertEqual(found.quiet, on, word)
        self.assertIn("write yes or no", self.fault(GetSettings, {}, {"P2PSTREAM_GET_QUIET": "perhaps"}))


class TableTests(SynchronousTestCase):
    """The table itself."""

    def test_rows_are_whole(self) -> None:
        """Every row has a long flag, a meaning, and a default that its own kind accepts."""
        for table in TABLES:
            for row in table.rows():
                self.assertTrue(row.flags[-1].startswith("--"), row)
                self.assertTrue(row.help, row)
                self.assertEqual(row.is_switch, not row.argument, row)
                defaults = row.default if row.repeatable else () if row.default is None else (row.default,)
                for default in defaults:
                    self.assertEqual(row.kind(str(default)), default, row)

    def test_one_name_for_one_thing(self) -> None:
        """No two settings of a program share a flag or a variable; no two programs a variable."""
        variables = [row.variable for table in TABLES for row in table.rows() if row.in_file]
        self.assertEqual(len(variables), len(set(variables)))
        for table in TABLES:
            flags = [flag for row in table.rows() for flag in row.flags]
            self.assertEqual(len(flags), len(set(flags)), table)

    def test_topics(self) -> None:
        """Each stands under what it is about in the help, its program's own before all others."""
        topics = {row.name: row.topic for row in PlaySettings.rows()}
        order = PlaySettings.topics()
        self.assertEqual([topics[name] for name in ("start", "web_seed", "quiet", "local", "config")], order)
        for table in TABLES:
            self.assertLessEqual({row.topic for row in table.rows()}, set(table.topics()), table)

    def test_settings_are_values(self) -> None:
        """Nobody changes a setting while the program runs."""
        self.assertRaises(AttributeError, setattr, resolve(GetSettings, {}, NOWHERE), "quiet", True)


class UsageTests(SynchronousTestCase):
    """Twisted's option parser is made from the same table."""

    def test_parsed(self) -> None:
        """Values, repeated values and what was left out reach `resolve`."""
        options = Roles()
        options.parseOptions(["--port", "0", "--share", "a", "--share", "b"])
        found = resolve(PeerSettings, opt_given(PeerSettings, options), NOWHERE)
        self.assertEqual((found.ip, found.port, found.share), (None, 0, ("a", "b")))

    def test_empty_is_not_left_out(self) -> None:
        """A script with an unset variable does not listen on all addresses."""
        options = Roles()
        options.parseOptions(["--ip", ""])
        given = opt_given(PeerSettings, options)
        self.assertEqual(given["ip"], "")
        self.assertRaises(UsageError, resolve, PeerSettings, given, NOWHERE)

    def test_help(self) -> None:
        """The help shows each setting once, with its default."""
        shown = " ".join(str(Roles()).split())
        self.assertIn("--port= listen on this port; 0: any free one (default: 2050)", shown)
        self.assertIn("--share=", shown)

    def test_help_of_spans(self) -> None:
        """How long something lasts is told as it can be written."""
        told = {row.name: help_text(row) for row in LiveSettings.rows()}
        self.assertIn("(default: 10m)", told["window"])
        self.assertIn("(default: 4s)", {row.name: help_text(row) for row in PlaySettings.rows()}["latency"])


class NetworkTests(SettingsFile):
    """Networks that count as those of this machine."""

    def test_as_people_write_it(self) -> None:
        """By the first address and its bits, private or link-local; a bare address is one machine."""
        texts = "192.168.7.0/24", "10.9.0.0/16,fd00:7::/64", "fe80::/10", "172.16.0.9"
        found = resolve(PeerSettings, {"local": list(texts)}, NOWHERE).local
        self.assertEqual(",".join(map(str, found)), ",".join(texts) + "/32")
        environ = NOWHERE | {"P2PSTREAM_CENTRAL_LOCAL": "10.0.0.0/8,172.16.0.0/12"}
        self.assertEqual(len(resolve(CentralSettings, {}, environ).local), 2)

    def test_what_is_none(self) -> None:
        """Not what is public, or private in part only: that would let a stranger's word count everywhere."""
        for text in ("", "home", "192.168.7.1/24", "10.0.0.0/33"):
            self.assertIn("it is no network; write 192.168.7.0/24", self.fault(PeerSettings, {"local": text}))
        for text in (
            "0.0.0.0/0",
            "8.8.8.0/24",
            "10.0.0.0/7",
            "127.0.0.0/8",
            "::/0",
            "fc00::/6",
            "224.0.0.0/4",
        ):
            self.assertIn("it is no private network", self.fault(PeerSettings, {"local": text}), text)


class RateTests(SettingsFile):
    """How much may be sent in a second."""

    def test_as_people_write_it(self) -> None:
        """Bytes with a letter for thousands, bits when they are called that, or plain bytes."""
        for text, expected in (
            ("2M", 2_000_000), ("2m", 2_000_000), ("500k", 500_000), ("131072bit", 16_384),
            ("8Mbit", 1_000_000), ("8Mbit/s", 1_000_000), ("1.5MB/s", 1_500_000),
            ("1G", 10**9), ("20000", 20_000), ("16384", 16_384),
        ):  # fmt: skip
            self.assertEqual(rate(text), expected, text)

    def test_what_is_none(self) -> None:
        """It is said how to write one, and what the least is."""
        for text in ("", "fast", "-1M", "2T", "2 M", "1e6", "9" * 400, "²M"):
            message = self.fault(PeerSettings, {"upload_limit": text})
            self.assertTrue("write bytes a second as 2M" in message or not text, message)
        self.assertIn(
            "16384 bytes a second are the least", self.fault(PeerSettings, {"upload_limit": "16383"})
        )
        self.assertIn("the least", self.fault(PeerSettings, {"upload_limit": "0"}))
