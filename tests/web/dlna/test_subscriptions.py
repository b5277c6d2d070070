"""Who is told of changes, where, and until when."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import count
from xml.etree import ElementTree

from twisted.trial.unittest import SynchronousTestCase

from p2pstream.content.dlna import CONNECTION_MANAGER, CONTENT_DIRECTORY, EventNotice
from p2pstream.limits import LIMITS, Limits
from p2pstream.web.dlna.subscriptions import SubscriptionFault, Subscriptions, property_set

TV = "192.168.1.9"
HERE = f"<http://{TV}:49152/events?a=b>"
BODIES = {CONTENT_DIRECTORY: b"films", CONNECTION_MANAGER: b"types"}


class SubscriptionCase(SynchronousTestCase):
    def setUp(self) -> None:
        """None so far."""
        self.begin(LIMITS)

    def begin(self, limits: Limits) -> None:
        """Under these bounds."""
        numbers = count()
        self.all = Subscriptions(lambda most: next(numbers).to_bytes(most, "big"), limits)

    def subscribe(
        self, asker: str = TV, callback: str = HERE, timeout: str = "Second-1800", now: float = 0.0
    ) -> str:
        """What a new one is called."""
        return self.all.subscribe(CONTENT_DIRECTORY, asker, callback, timeout, now)[0]

    def refused(self, asker: str = TV, callback: str = HERE) -> int:
        """The status that it is refused with."""
        return self.assertRaises(SubscriptionFault, self.subscribe, asker, callback).status

    def tell(self, now: float) -> Sequence[EventNotice]:
        """What is told then, and taken."""
        notices = self.all.to_tell(now, BODIES)
        for each in notices:
            self.all.told(each.sid, True)
        return notices


class LeaseTests(SubscriptionCase):
    def test_told(self) -> None:
        """How things are, soon after it subscribed; then each change, with a number that goes up."""
        sid = self.subscribe()
        self.assertEqual(self.all.due, LIMITS.dlna_event_first_s)
        self.assertEqual(self.tell(0.0), [])
        (first,) = self.tell(1.0)
        self.assertEqual(first, EventNotice(TV, 49152, "/events?a=b", sid, 0, b"films"))
        self.assertEqual(self.tell(2.0), [])
        self.all.changed(CONTENT_DIRECTORY, 10.0)
        self.all.changed(CONNECTION_MANAGER, 10.0)
        self.assertEqual([each.number for each in self.tell(10.0)], [1])

    def test_not_too_often(self) -> None:
        """Many changes at once are one event, and there is a while between two."""
        self.subscribe()
        self.tell(1.0)
        for now in (1.1, 1.2, 1.3):
            self.all.changed(CONTENT_DIRECTORY, now)
        self.assertEqual(self.all.due, 1.0 + LIMITS.dlna_event_gap_s)
        self.assertEqual(len(self.tell(1.0 + LIMITS.dlna_event_gap_s)), 1)
        self.assertEqual(self.tell(20.0), [])

    def test_one_at_a_time(self) -> None:
        """The next waits until the one before was taken, so that they come in their order."""
        sid = self.subscribe()
        self.all.to_tell(1.0, BODIES)
        self.all.changed(CONTENT_DIRECTORY, 5.0)
        self.assertEqual(self.all.to_tell(5.0, BODIES), [])
        self.all.told(sid, True)
        self.assertEqual(len(self.tell(5.0 + LIMITS.dlna_event_gap_s)), 1)

    def test_over(self) -> None:
        """After its time nobody is told; renewed it lasts longer."""
        sid = self.subscribe(timeout="Second-100")
        self.tell(1.0)
        self.assertEqual(self.all.due, 100.0)
        self.assertEqual(self.all.renew(sid, CONTENT_DIRECTORY, TV, "Second-200", 99.0), 200)
        self.all.changed(CONTENT_DIRECTORY, 250.0)
        self.assertEqual(len(self.tell(250.0)), 1)
        self.all.changed(CONTENT_DIRECTORY, 299.0)
        self.assertEqual(self.tell(299.0), [])
        self.assertEqual((len(self.all), self.all.due), (0, None))
        self.assertRaises(SubscriptionFault, self.all.renew, sid, CONTENT_DIRECTORY, TV, "", 300.0)

    def test_how_long(self) -> None:
        """As it wishes, between the least and the most."""
        for timeout, lasts in {
            "Second-1800": 1800, "second-300": 300, "Second-1": LIMITS.dlna_lease_least_s,
            "Second-999999999": LIMITS.dlna_lease_s, "Second-infinite": LIMITS.dlna_lease_s,
            "": LIMITS.dlna_lease_s, "forever": LIMITS.dlna_lease_s,
        }.items():  # fmt: skip
            self.begin(LIMITS)
            self.assertEqual(self.all.subscribe(CONTENT_DIRECTORY, TV, HERE, timeout, 0.0)[1], lasts, timeout)

    def test_cancelled(self) -> None:
        """By who subscribed, and nobody else; nor is it renewed by others, or at another service."""
        sid = self.subscribe()
        for service, asker, name in (
            (CONTENT_DIRECTORY, "192.168.1.10", sid),
            (CONNECTION_MANAGER, TV, sid),
            (CONTENT_DIRECTORY, TV, "uuid:other"),
        ):
            fault = self.assertRaises(SubscriptionFault, self.all.cancel, name, service, asker, 1.0)
            self.assertEqual(fault.status, 412)
            self.assertRaises(SubscriptionFault, self.all.renew, name, service, asker, "", 1.0)
        self.all.cancel(sid, CONTENT_DIRECTORY, TV, 1.0)
        self.assertEqual(len(self.all), 0)

    def test_nobody_takes_them(self) -> None:
        """After so many in a row that were not taken none follows; one that was taken in between counts."""
        most = LIMITS.dlna_event_misses
        sid, now = self.subscribe(), 1.0
        for taken in [False] * (most - 1) + [True] + [False] * most:
            (notice,) = self.all.to_tell(now, BODIES)
            self.all.told(notice.sid, taken)
            now += LIMITS.dlna_event_gap_s
            self.all.changed(CONTENT_DIRECTORY, now)
        self.assertEqual(self.all.to_tell(now + 60, BODIES), [])
        self.all.told(sid, True)

    def test_numbers_wrap(self) -> None:
        """Behind the last comes 1: 0 is the first of all."""
        sid = self.subscribe()
        self.all._all[sid].number = 2**32 - 1
        self.assertEqual(self.tell(1.0)[0].number, 2**32 - 1)
        self.all.changed(CONTENT_DIRECTORY, 9.0)
        self.assertEqual(self.tell(9.0)[0].number, 1)


class HostileTests(SubscriptionCase):
    def test_F45_somebody_elses_address(self) -> None:
        """CVE-2020-12695: nobody is dialled but who asked, at no low port, by no name."""
        for callback in (
            "", "http://192.168.1.9:5000/", "<http://192.168.1.10:5000/>", "<http://8.8.8.8:5000/>",
            "<http://127.0.0.1:5000/>", "<http://tv.local:5000/>", "<https://192.168.1.9:5000/>",
            "<http://192.168.1.9/>", "<http://192.168.1.9:80/>", "<http://192.168.1.9:1023/>",
            "<http://192.168.1.9:65536/>", "<http://192.168.1.9:99999/>", "<http://user@192.168.1.9:5000/>",
            "<http://192.168.1.9:5000@8.8.8.8:5000/>", "<http://192.168.1.9:5000/a b>", "<http://192.168.001.9:5000/>",
            "<http://192.168.1.9:5000/\r\nHost: x>", "<http://3232235785:5000/>", "<http://[::1]:5000/>",
        ):  # fmt: skip
            self.assertEqual(self.refused(callback=callback), 412, callback)

    def test_several(self) -> None:
        """Of those that are named, the first that is the asker's own."""
        self.subscribe(
            callback=f"<http://8.8.8.8:5000/a><http://{TV}:80/b> <http://{TV}:5000><http://{TV}:6000/d>"
        )
        ((host, port, path),) = [(each.host, each.port, each.path) for each in self.tell(1.0)]
        self.assertEqual((host, port, path), (TV, 5000, "/"))
        self.subscribe("fd00::9", "<http://[fd00:0::9]:5000/x>")
        self.assertEqual(self.tell(1.0)[0].host, "fd00::9")

    def test_bounds(self) -> None:
        """So many in all, so many of one address, and no longer an address than that; then one more."""
        self.begin(replace(LIMITS, dlna_subscriptions=3, dlna_subscriptions_each=2))
        self.subscribe()
        self.subscribe()
        self.assertEqual(self.refused(), 503)
        self.subscribe("10.0.0.1", "<http://10.0.0.1:5000/>")
        self.assertEqual(self.refused("10.0.0.2", "<http://10.0.0.2:5000/>"), 503)
        self.begin(LIMITS)
        path = "x" * (LIMITS.dlna_callback_bytes - len(HERE))
        self.subscribe(callback=HERE.replace("a=b", f"a=b{path}"))
        self.assertEqual(self.refused(callback=HERE.replace("a=b", f"a=b{path}x")), 412)


class BodyTests(SynchronousTestCase):
    def test_values(self) -> None:
        """Each by its name, whatever is in it."""
        said = ElementTree.fromstring(property_set({"SystemUpdateID": "7", "Other": "<&>"}))
        space = "{urn:schemas-upnp-org:event-1-0}"
        self.assertEqual(said.tag, f"{space}propertyset")
        self.assertEqual(
            [(each[0].tag, each[0].text) for each in said], [("SystemUpdateID", "7"), ("Other", "<&>")]
        )
