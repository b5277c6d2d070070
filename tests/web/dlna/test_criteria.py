"""What is searched for."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st
from twisted.trial.unittest import SynchronousTestCase

from p2pstream.limits import LIMITS
from p2pstream.web.dlna.criteria import read_criteria
from p2pstream.web.dlna.soap import UpnpFault
from tests import strategies  # noqa: F401  (loads the profile)

FILM = {
    "@id": "7",
    "dc:title": 'Some "Film".mp4',
    "upnp:class": "object.item.videoItem",
    "res@size": "900",
}


class CriteriaTests(SynchronousTestCase):
    def test_hold(self) -> None:
        """As control points write them."""
        for text in (
            "*", ' upnp:class derivedfrom "object.item.videoItem" ', 'upnp:class derivedFrom "object.item"',
            'upnp:class = "object.item.videoItem" and @refID exists false', 'dc:title contains "some"',
            'dc:title contains "\\"FILM\\""', '(dc:title="x" or @id = "7") and res@size<"1000"',
            'dc:title doesNotContain "other"', '@id != "8"', 'res@size >= "900"', 'res@size <= "900"',
            '@id="8" or @id="9" or @id="7"', '@id="8" and @id="9" or @id="7"', "res@size exists true",
            'dc:creator doesNotContain "x"',
        ):  # fmt: skip
            self.assertTrue(read_criteria(text)(FILM), text)

    def test_hold_not(self) -> None:
        """Numbers are compared as numbers, classes as a whole, and what is not there is like nothing."""
        for text in (
            'res@size > "1000"', 'res@size < "1000" and @id="8"',
            'upnp:class derivedfrom "object.item.video"',
            'upnp:class derivedfrom "object.item.audioItem"', 'dc:creator = "x"', 'dc:creator contains ""',
            "@refID exists true", '@id="7" and (@id="8" or @id="9")', 'dc:title contains "sim"',
        ):  # fmt: skip
            self.assertFalse(read_criteria(text)(FILM), text)

    def test_refused(self) -> None:
        """With the number that says so."""
        for text in (
            "", "and", '"x"', "dc:title", "dc:title =", 'dc:title = x', 'dc:title ~ "x"', 'dc:title = "x',
            '(dc:title = "x"', 'dc:title = "x")', '* "x"', 'a = "x" b = "y"', "a exists", 'a like "x"',
            'a = "x" and', "()", "💥",
        ):  # fmt: skip
            self.assertEqual(self.assertRaises(UpnpFault, read_criteria, text).code, 708, text)

    def test_F38_bounds(self) -> None:
        """As long and as deep as may be, and one more."""
        text = '@id="7"'
        read_criteria(text, replace(LIMITS, dlna_criteria_bytes=len(text)))
        self.assertRaises(UpnpFault, read_criteria, text, replace(LIMITS, dlna_criteria_bytes=len(text) - 1))
        deep = LIMITS.dlna_criteria_depth
        self.assertTrue(read_criteria("(" * deep + "*" + ")" * deep)(FILM))
        self.assertRaises(UpnpFault, read_criteria, "(" * (deep + 1) + "*" + ")" * (deep + 1))

    @given(st.lists(st.sampled_from(["(", ")", "*", "and", "or", "@id", "=", '"7"', "exists", "true", "<"])))
    def test_F37_anything(self, words: list[str]) -> None:
        """It is understood or refused."""
        try:
            read_criteria(" ".join(words))(FILM)
        except UpnpFault as fault:
            self.assertEqual(fault.code, 708)
