"""Actions read, and answered."""

from __future__ import annotations

from dataclasses import replace
from xml.etree import ElementTree

from hypothesis import given
from hypothesis import strategies as st
from twisted.trial.unittest import SynchronousTestCase

from p2pstream.content.dlna import CONTENT_DIRECTORY
from p2pstream.limits import LIMITS
from p2pstream.web.dlna.soap import Action, UpnpFault, answer_xml, fault_xml, read_action
from tests import strategies  # noqa: F401  (loads the profile)

ENVELOPE = "http://schemas.xmlsoap.org/soap/envelope/"


def soap(inner: str, declared: str = "") -> bytes:
    """A document with that in its body."""
    head = f'<?xml version="1.0"?>{declared}<s:Envelope xmlns:s="{ENVELOPE}">'
    return f"{head}<s:Body>{inner}</s:Body></s:Envelope>".encode()


def asking(name: str, service: str = CONTENT_DIRECTORY, **arguments: str) -> bytes:
    """An action, as control points write it; arguments are written as they are."""
    inner = "".join(f"<{each}>{value}</{each}>" for each, value in arguments.items())
    return soap(f'<u:{name} xmlns:u="{service}">{inner}</u:{name}>')


class ReadTests(SynchronousTestCase):
    def refused(self, body: bytes, code: int = 402) -> str:
        """Why it is not read."""
        fault = self.assertRaises(UpnpFault, read_action, body)
        self.assertEqual(fault.code, code)
        return str(fault)

    def test_action(self) -> None:
        """Its service, its name, and its arguments."""
        action = read_action(asking("Browse", ObjectID="0", Filter="*", Empty=""))
        self.assertEqual(
            action, Action(CONTENT_DIRECTORY, "Browse", {"ObjectID": "0", "Filter": "*", "Empty": ""})
        )
        self.assertEqual((action.text("Filter"), action.number("ObjectID")), ("*", 0))

    def test_however_it_is_written(self) -> None:
        """Prefixes, blanks, encodings, entities of one character, CDATA and headers are a matter of taste."""
        body = f"""<E:Envelope xmlns:E='{ENVELOPE}' E:encodingStyle='x'>
            <E:Header><a/></E:Header>
            <E:Body><Search xmlns='{CONTENT_DIRECTORY}'>
                <A>a &amp; &quot;&#x263A;&quot;</A><!-- --><B><![CDATA[<b>]]></B>
            </Search></E:Body></E:Envelope>"""
        for encoding in ("utf-8", "utf-16"):
            action = read_action(body.encode(encoding))
            self.assertEqual((action.service, action.name), (CONTENT_DIRECTORY, "Search"))
            self.assertEqual(action.arguments, {"A": 'a & "☺"', "B": "<b>"})

    def test_F38_F53_entities(self) -> None:
        """No document type is read, so none of its entities is: neither a thousandfold nor a file's."""
        laughs = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
        for declared in (
            f'<!DOCTYPE x [<!ENTITY l0 "ha">{laughs}]>',
            '<!DOCTYPE x [<!ENTITY l9 SYSTEM "file:///etc/passwd">]>',
            '<!DOCTYPE x SYSTEM "http://192.0.2.1/x.dtd">',
            "<!DOCTYPE x>",
        ):
            body = soap(
                f'<u:Browse xmlns:u="{CONTENT_DIRECTORY}"><ObjectID>&l9;</ObjectID></u:Browse>', declared
            )
            self.assertEqual(self.refused(body), "a document type is not read")
        self.refused(asking("Browse", ObjectID="&l9;"))

    def test_F38_depth_and_length(self) -> None:
        """As deep as arguments lie, and no deeper; as long as may be, and no longer."""
        self.assertIn("deeper", self.refused(asking("Browse", ObjectID="<a/>")))
        self.assertIn("deeper", self.refused(b"<a>" * 5000))
        body = asking("Browse", ObjectID="0")
        read_action(body + b" " * (LIMITS.dlna_action_bytes - len(body)))
        self.assertIn("length", self.refused(body + b" " * (LIMITS.dlna_action_bytes - len(body) + 1)))

    def test_arguments(self) -> None:
        """As many as may be, each once, numbers where numbers belong."""
        narrow = replace(LIMITS, dlna_arguments=2)
        read_action(asking("Browse", A="", B=""), narrow)
        self.assertRaises(UpnpFault, read_action, asking("Browse", A="", B="", C=""), narrow)
        self.refused(soap(f'<u:B xmlns:u="{CONTENT_DIRECTORY}"><A/><A/></u:B>'))
        action = read_action(asking("Browse", A="-1", B="x", C="12345678901", D="١", E=" 7 "))
        for name in "ABCDF":
            self.assertEqual(self.assertRaises(UpnpFault, action.number, name).code, 402)
        self.assertEqual(action.number("E"), 7)

    def test_others(self) -> None:
        """What is no question."""
        for body in (b"", b"<", b"\xff\xfe", b"{}", b"<?xml version='1.0' encoding='klingon'?><a/>"):
            self.refused(body)
        for body in (b"<a/>", soap(""), b"<Envelope><Body><Browse/></Body></Envelope>"):
            self.refused(body, 401)
        self.refused(soap(f'<u:A xmlns:u="{CONTENT_DIRECTORY}"/><u:B xmlns:u="{CONTENT_DIRECTORY}"/>'))

    @given(st.binary(max_size=300))
    def test_F37_anything(self, raw: bytes) -> None:
        """It is an action, or a fault that says why not."""
        for body in (raw, asking("Browse", ObjectID="0")[:90] + raw):
            try:
                read_action(body)
            except UpnpFault as fault:
                self.assertTrue(str(fault).isprintable())


class AnswerTests(SynchronousTestCase):
    @given(st.text(st.characters(exclude_categories=("Cc", "Cs", "Cn")), max_size=50))
    def test_F53_any_text(self, text: str) -> None:
        """Whatever stands in it comes out as it went in, and nothing else."""
        raw = answer_xml(Action(CONTENT_DIRECTORY, "Browse"), [("Result", text), ("NumberReturned", "1")])
        (answer,) = ElementTree.fromstring(raw).find(f"{{{ENVELOPE}}}Body") or ()
        self.assertEqual(answer.tag, f"{{{CONTENT_DIRECTORY}}}BrowseResponse")
        self.assertEqual(
            [(each.tag, each.text or "") for each in answer], [("Result", text), ("NumberReturned", "1")]
        )

    def test_fault(self) -> None:
        """A number and a line, where control points look for them."""
        said = ElementTree.fromstring(fault_xml(UpnpFault(701, "<gone>")))
        space = "{urn:schemas-upnp-org:control-1-0}"
        self.assertEqual(said.findtext(f".//{space}errorCode"), "701")
        self.assertEqual(said.findtext(f".//{space}errorDescription"), "<gone>")
        self.assertEqual(said.findtext(".//faultstring"), "UPnPError")
