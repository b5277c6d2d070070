"""The media server behind HTTP: ``/dlna/…``, for this machine and the networks that it is on."""

from __future__ import annotations

from http import HTTPStatus

from p2pstream.content.admission import Admission
from p2pstream.content.dlna import SERVER, SERVICES
from p2pstream.errors import P2PStreamError
from p2pstream.interfaces import IWebRequest
from p2pstream.limits import LIMITS, Limits
from p2pstream.web.dlna.description import ICON_SIZES, DeviceFacts, device_xml, place_of, service_xml
from p2pstream.web.dlna.directory import MediaDirectory
from p2pstream.web.dlna.events import DlnaEvents
from p2pstream.web.dlna.icon import icon_png
from p2pstream.web.dlna.soap import UpnpFault, answer_xml, fault_xml, read_action
from p2pstream.web.dlna.subscriptions import SubscriptionFault
from p2pstream.web.resource import WebResource, asker

__all__ = ["DlnaPlace"]

_XML = b'text/xml; charset="utf-8"'
_SERVER = SERVER.encode("ascii")


class DlnaPlace(WebResource):
    """All of it."""

    admission = Admission.NEARBY

    def __init__(
        self, facts: DeviceFacts, directory: MediaDirectory, events: DlnaEvents, limits: Limits = LIMITS
    ) -> None:
        super().__init__()
        self.putChild(b"device.xml", FixedAnswer(device_xml(facts), _XML))
        for size in ICON_SIZES:
            self.putChild(b"icon-%d.png" % size, FixedAnswer(icon_png(size), b"image/png"))
        for service in SERVICES:
            place = WebResource()
            place.putChild(b"description.xml", FixedAnswer(service_xml(service), _XML))
            place.putChild(b"control", ControlAnswer(service, directory, limits))
            place.putChild(b"events", EventAnswer(service, events))
            self.putChild(place_of(service).encode("ascii"), place)


class FixedAnswer(WebResource):
    """What is the same for all, for as long as the program runs."""

    def __init__(self, body: bytes, kind: bytes) -> None:
        super().__init__()
        self._body = body
        self._kind = kind

    async def answer(self, request: IWebRequest) -> None:
        """Show it."""
        await request.show(self._body, self._kind)


class ControlAnswer(WebResource):
    """Where a service is asked to do something."""

    methods = (b"POST",)

    def __init__(self, service: str, directory: MediaDirectory, limits: Limits) -> None:
        super().__init__()
        self._service = service
        self._directory = directory
        self._limits = limits

    async def answer(self, request: IWebRequest) -> None:
        """Do it."""
        origin = f"http://{(request.getHeader(b'host') or b'').decode('ascii', 'replace')}"
        try:
            action = read_action(request.body, self._limits)
            if action.service != self._service:
                raise UpnpFault(401, "another service is asked at another place")
            said = answer_xml(action, await self._directory.answer(action, origin))
        except UpnpFault as fault:
            request.setResponseCode(HTTPStatus.INTERNAL_SERVER_ERROR)
            said = fault_xml(fault)
        except P2PStreamError as fault:
            request.setResponseCode(HTTPStatus.INTERNAL_SERVER_ERROR)
            said = fault_xml(UpnpFault(501, str(fault)))
        request.setHeader(b"EXT", b"")
        request.setHeader(b"Server", _SERVER)
        await request.show(said, _XML)


class EventAnswer(WebResource):
    """Where one subscribes to what a service tells."""

    methods = (b"SUBSCRIBE", b"UNSUBSCRIBE")

    def __init__(self, service: str, events: DlnaEvents) -> None:
        super().__init__()
        self._service = service
        self._events = events

    async def answer(self, request: IWebRequest) -> None:
        """Begin, renew or end a subscription."""
        address = asker(request)
        if address is None:
            await request.say(HTTPStatus.FORBIDDEN)
            return
        try:
            if request.method == b"UNSUBSCRIBE":
                self._cancel(request, address.host)
            else:
                self._subscribe(request, address.host)
        except SubscriptionFault as fault:
            await request.say(fault.status, str(fault))
        else:
            await request.say(HTTPStatus.OK)
        self._events.look()

    def _subscribe(self, request: IWebRequest, host: str) -> None:
        sid, callback = _text(request, b"SID"), _text(request, b"CALLBACK")
        timeout, now = _text(request, b"TIMEOUT"), self._events.now
        if sid and not callback and not _text(request, b"NT"):
            lasts = self._events.subscriptions.renew(sid, self._service, host, timeout, now)
        elif callback and not sid and _text(request, b"NT") == "upnp:event":
            subscribe = self._events.subscriptions.subscribe
            sid, lasts = subscribe(self._service, host, callback, timeout, now)
        else:
            raise SubscriptionFault(
                HTTPStatus.PRECONDITION_FAILED, "it says neither where nor which, or both"
            )
        request.setHeader(b"Server", _SERVER)
        request.setHeader(b"SID", sid.encode("ascii"))
        request.setHeader(b"TIMEOUT", b"Second-%d" % lasts)

    def _cancel(self, request: IWebRequest, host: str) -> None:
        self._events.subscriptions.cancel(_text(request, b"SID"), self._service, host, self._events.now)


def _text(request: IWebRequest, header: bytes) -> str:
    return (request.getHeader(header) or b"").decode("latin-1").strip()
