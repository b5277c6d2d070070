"""Command lines: what they mean, and what is said of those that mean nothing."""

from __future__ import annotations

import os

from hypothesis import given, settings
from hypothesis import strategies as st
from twisted.trial.unittest import SynchronousTestCase

from p2pstream.commands.arguments import parse
from p2pstream.commands.centrals.inventory import Inventory
from p2pstream.content.addresses import Address
from p2pstream.content.folding import fold
from p2pstream.content.keys import FileKey
from p2pstream.content.links import Link
from p2pstream.content.listed import ListedName, Standing
from p2pstream.content.names import check_name
from p2pstream.content.namespaces import own_name
from p2pstream.content.signing import Identity
from p2pstream.errors import BadName, UsageError
from p2pstream.limits import LIMITS
from p2pstream.settings import GetSettings, PlaySettings
from tests import strategies  # noqa: F401  (loads the profile)


class ArgumentsCase(SynchronousTestCase):
    """Command lines without anybody's own settings."""

    def setUp(self) -> None:
        """Take every setting of the user away."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith("P2PSTREAM_")}
        self.patch(os, "environ", kept | {"XDG_CONFIG_HOME": "/dev/null"})

    def fault(self, *argv: str) -> str:
        """What is said of this command line."""
        message = str(self.assertRaises(UsageError, parse, GetSettings, "", argv))
        self.assertNotIn("\n", message)
        return message


class MeaningTests(ArgumentsCase):
    """What can be understood."""

    def test_central_and_name(self) -> None:
        """The card's form; the central's port is the usual one."""
        errand = parse(GetSettings, "", ["127.0.0.1", "film.mp4"])
        self.assertEqual(errand.link, Link(Address("127.0.0.1", 2045), "film.mp4"))

    def test_link(self) -> None:
        """One word that can be pasted."""
        errand = parse(GetSettings, "", ["p2pstream://[::1]:7/a%20film.mp4"])
        self.assertEqual(errand.link, Link(Address("::1", 7), "a film.mp4"))

    def test_link_to_a_central(self) -> None:
        """The one that ``p2p-share`` prints stands where an address does."""
        errand = parse(GetSettings, "", ["p2pstream://192.0.2.1/", "film.mp4"])
        self.assertEqual(errand.link, Link(Address("192.0.2.1", 2045), "film.mp4"))

    def test_namespace(self) -> None:
        """A name of which the owner can be seen is one like others."""
        name = own_name(Identity(b"p" * 32).id, "film.mp4")
        for argv in (["127.0.0.1", name], [f"p2pstream://127.0.0.1/{name}"]):
            self.assertEqual(parse(GetSettings, "", argv).link, Link(Address("127.0.0.1", 2045), name))
        self.assertIn("namespace", self.fault("127.0.0.1", "~somebody/film.mp4"))

    @settings(max_examples=30)
    @given(st.text(max_size=120), st.booleans())
    def test_what_is_listed_can_be_asked_for(self, text: str, own: bool) -> None:
        """Whatever ``p2p-list`` shows as a name means that name, typed as it is shown."""
        try:
            name = own_name(Identity(b"p" * 32).id, text) if own else check_name(text)
        except BadName:
            return
        if name.startswith("p2ps:"):
            return
        (line,) = Inventory([ListedName(name, Standing.MAPPED)]).table(for_eyes=False)
        link = parse(GetSettings, "", ["--", "127.0.0.1", line.partition("\t")[0]]).link
        self.assertEqual(fold(link.name), fold(name))

    def test_longest_names(self) -> None:
        """They are shown in whole, too, with joiners that cannot be seen."""
        for name in ("n" * LIMITS.name_bytes, "a" + "\u200d" * 66 + "b"):
            for full in (name, own_name(Identity(b"p" * 32).id, name)):
                (line,) = Inventory([ListedName(full, Standing.MAPPED)]).table(for_eyes=False)
                link = parse(GetSettings, "", ["127.0.0.1", line.partition("\t")[0]]).link
                self.assertEqual(link.name, full)

    def test_key(self) -> None:
        """A key stands where a name does."""
        key = FileKey(bytes(range(1, 33)), 258)
        self.assertEqual(parse(GetSettings, "", ["h", key.text]).link.key, key)

    def test_flags(self) -> None:
        """Flags may stand anywhere; what is left out is None to the other places."""
        argv = ["--start", "1:30", "h", "-O", "f", "--volume", "5", "--hw", "none"]
        settings = parse(PlaySettings, "", argv).settings
        self.assertEqual(settings, PlaySettings(start=90.0, stdout=True, volume=5, hw="none"))

    def test_repeated(self) -> None:
        """What may be given several times is."""
        argv = ["h", "f", "--local", "10.1.0.0/16", "--local", "10.2.0.0/16,10.3.0.0/16"]
        local = parse(GetSettings, "", argv).settings.local
        self.assertEqual([str(each) for each in local], ["10.1.0.0/16", "10.2.0.0/16", "10.3.0.0/16"])

    def test_environment(self) -> None:
        """A switch that is not on the command line may be on in the environment."""
        os.environ["P2PSTREAM_GET_QUIET"] = "yes"
        self.assertTrue(parse(GetSettings, "", ["h", "f"]).settings.quiet)

    def test_name_like_an_option(self) -> None:
        """A film may be called -version; behind -- it is no option."""
        for argv in (["--", "h", "-version"], ["h", "-q", "--", "-version"]):
            self.assertEqual(parse(GetSettings, "", argv).link.name, "-version")


class FaultTests(ArgumentsCase):
    """What cannot."""

    def test_unknown_option(self) -> None:
        """Options are not guessed from their beginnings."""
        self.assertIn("--qui", self.fault("h", "f", "--qui"))

    def test_too_much_and_too_little(self) -> None:
        """A word too many or too few is named."""
        self.assertIn("CENTRAL", self.fault())
        self.assertIn("no film is named", self.fault("h"))
        self.assertIn("no film is named", self.fault("p2pstream://h/"))
        self.assertIn("write CENTRAL FILE", self.fault("h", "f", "g"))

    def test_bad_central(self) -> None:
        """A slip in an address is no host name to be looked up."""
        self.assertIn("“10.0.0.256” is no address", self.fault("10.0.0.256", "f"))
        self.assertIn("is no address", self.fault("h:99999", "f"))

    def test_bad_names(self) -> None:
        """Names that no stream can have never reach the wire, and are shown harmlessly."""
        for name in ("../x", "/etc/passwd", "a\0b", "\x1b]0;x\x07", "a\u202eb", "x" * 201, "\udcff"):
            message = self.fault("h", name)
            self.assertIn("cannot be a name", message)
            self.assertTrue(message.isprintable(), message)
        self.assertEqual(self.fault("h", ""), "no name is given")

    def test_bad_key(self) -> None:
        """A slip in a key is named, and so is a key without a central; a key is nobody's address."""
        self.assertIn("“p2ps:f-abc-7” is no key", self.fault("h", "p2ps:f-abc-7"))
        key = FileKey(bytes(range(1, 33)), 258).text
        for words in ((key,), (key, "h")):
            self.assertIn("write CENTRAL in front of it", self.fault(*words))

    def test_given_and_not(self) -> None:
        """To go on giving nothing is a contradiction."""
        self.assertIn("--no-upload", self.fault("h", "f", "--keep-seeding", "--no-upload"))

    def test_link_and_name(self) -> None:
        """A link names its film itself."""
        self.assertIn("leave FILE out", self.fault("p2pstream://h/a", "b"))

    def test_other_links(self) -> None:
        """A page of the web is no film of ours."""
        said = self.fault("http://example.org/film.mp4")
        self.assertIn("“http://example.org/film.mp4” is no p2pstream:// link", said)

    def test_bad_link(self) -> None:
        """The same rules hold inside a link."""
        self.assertIn("cannot be a name", self.fault("p2pstream://h/..%2fx"))
