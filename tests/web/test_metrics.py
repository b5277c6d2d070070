"""Metrics, health and readiness, asked over HTTP."""

from __future__ import annotations

import re
from dataclasses import replace

from p2pstream.content.shown import Distribution, Measured
from p2pstream.limits import LIMITS
from p2pstream.web.exposition import exposition
from tests.web.nodes import ViewCase

LINE = re.compile(
    r'(?P<name>[a-z_:][a-z0-9_:]*)(?:\{(?P<labels>(?:[a-z]+="(?:[^"\\\n]|\\\\|\\"|\\n)*",?)+)\})?'
    r" (?P<value>[0-9.e+-]+)"
)
SPREAD = Distribution((0.5, 1.0), (1, 3), 4, 7.25)


class ExpositionTests(ViewCase):
    """The text."""

    def test_lines(self) -> None:
        """A help, a type, and each sample, as the format has it."""
        text = exposition(
            [
                Measured("p2pstream_ready", 1.0),
                Measured("p2pstream_events_total", 3.0, ("shared",)),
                Measured("p2pstream_events_total", 0.5, ('a"b\\c\nd',)),
                Measured("p2pstream_startup_seconds", SPREAD),
            ]
        ).decode()
        self.assertIn("# TYPE p2pstream_ready gauge\np2pstream_ready 1\n", text)
        self.assertEqual(text.count("# TYPE p2pstream_events_total counter"), 1)
        self.assertIn('p2pstream_events_total{event="a\\"b\\\\c\\nd"} 0.5\n', text)
        self.assertIn('p2pstream_startup_seconds_bucket{le="0.5"} 1\n', text)
        self.assertIn('p2pstream_startup_seconds_bucket{le="+Inf"} 4\n', text)
        self.assertIn("p2pstream_startup_seconds_sum 7.25\np2pstream_startup_seconds_count 4\n", text)
        for line in text.splitlines():
            self.assertTrue(line.startswith("# ") or LINE.fullmatch(line), line)

    def test_over_http(self) -> None:
        """Whoever is here is told."""
        response = self.get(b"/metrics")
        self.assertEqual(response.headers["content-type"], "text/plain; version=0.0.4; charset=utf-8")
        self.assertIn(b"p2pstream_ready 1\n", response.body)

    def test_F54_asked_again_at_once(self) -> None:
        """What was shown a moment ago is shown again, up to the bound; from there on it is made anew."""
        for after, shown in ((0.0, 1), (LIMITS.metrics_kept_s / 2, 1), (LIMITS.metrics_kept_s, 3)):
            self.view.snapshot = replace(self.view.snapshot, uptime_s=after)
            self.view.measured = [Measured("p2pstream_ready", 1.0 if not after else 3.0)]
            self.assertIn(b"p2pstream_ready %d\n" % shown, self.get(b"/metrics").body)

    def test_strangers(self) -> None:
        """Whoever is not on this network is told nothing."""
        response = self.ask_from("192.88.99.7", b"/metrics")
        self.assertEqual(response.status, 403)
        self.assertNotIn(b"p2pstream_ready", response.body)
        for near in ("10.1.2.3", "127.0.0.1", "fe80::1"):
            self.assertEqual(self.ask_from(near, b"/metrics").status, 200)

    def test_behind_a_proxy(self) -> None:
        """Who comes through one beside us may come from anywhere."""
        for header in ("X_Forwarded_For", "Forwarded", "Via", "X_Real_IP", "X_Forwarded_Host"):
            self.assertEqual(self.get(b"/metrics", **{header: b"192.0.2.1"}).status, 403, header)


class HealthTests(ViewCase):
    """How it is, in words and as a status."""

    def test_alive(self) -> None:
        """That it answers is the answer."""
        self.assertEqual(self.get(b"/healthz").body, b"alive for 3600 seconds\n")

    def test_ready(self) -> None:
        """And what is wrong all the same."""
        self.assertEqual((self.get(b"/readyz").status, self.get(b"/readyz").body), (200, b"ready\n"))
        self.view.snapshot = replace(self.view.snapshot, troubles=("/media/disk cannot be read",))
        told = self.get(b"/readyz")
        self.assertEqual((told.status, told.body), (200, b"ready\ntrouble: /media/disk cannot be read\n"))

    def test_not_ready(self) -> None:
        """What is awaited."""
        self.view.snapshot = replace(self.view.snapshot, waiting_for=("a first look at /media/disk",))
        told = self.get(b"/readyz")
        self.assertEqual((told.status, told.body), (503, b"waiting for a first look at /media/disk\n"))
