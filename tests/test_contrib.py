"""What is shipped for operators names what there is."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from configparser import RawConfigParser
from pathlib import Path
from typing import Any

from twisted.trial.unittest import SynchronousTestCase

import p2pstream
from p2pstream.metrics import METRICS
from p2pstream.settings import CentralSettings, PeerSettings

CONTRIB = Path(p2pstream.__file__).parent.parent / "contrib"
NAMED = re.compile(r"\b(p2pstream_\w+)(?:\{([^}]*)\})?")
GROUPED = re.compile(r"\bby \(([^)]*)\)")


def expressions(told: Any) -> Iterator[str]:
    """All that Prometheus is asked by a dashboard."""
    if isinstance(told, dict):
        yield from (told[name] for name in ("expr", "query") if isinstance(told.get(name), str))
        for value in told.values():
            yield from expressions(value)
    elif isinstance(told, list):
        for value in told:
            yield from expressions(value)


class MetricNamesTests(SynchronousTestCase):
    """Dashboards and alerts ask for metrics that are measured."""

    def check(self, expression: str) -> set[str]:
        """The metrics in it, each of which exists, with the labels that it is asked for by."""
        found = set()
        for written, labels in NAMED.findall(expression):
            name = written
            if name not in METRICS:
                name = re.sub("_(bucket|sum|count)$", "", written)
                self.assertEqual(METRICS[name].kind, "histogram", expression)
            known = {*METRICS[name].labels, "job", "instance"}
            asked = {label.split("=")[0].strip("!~ ") for label in labels.split(",") if label.strip()}
            grouped = {label.strip() for group in GROUPED.findall(expression) for label in group.split(",")}
            self.assertLessEqual(asked, known, expression)
            self.assertLessEqual(grouped, known | {"le"}, expression)
            if METRICS[name].kind == "counter":
                self.assertRegex(expression, r"\b(rate|increase)\(", "a counter only grows")
            found.add(name)
        return found

    def test_dashboard(self) -> None:
        """Grafana's; it shows everything that there is."""
        dashboard = json.loads((CONTRIB / "grafana/p2pstream.json").read_text("utf-8"))
        shown = set().union(*map(self.check, expressions(dashboard)))
        left_out = {"p2pstream_share_bytes", "p2pstream_hash_queue_files", "p2pstream_fetches"}
        left_out |= {"p2pstream_transfers_total", "p2pstream_upload_limit_bytes"}
        self.assertEqual(set(METRICS) - shown, left_out)
        ids = [panel["id"] for panel in dashboard["panels"]]
        self.assertEqual(len(set(ids)), len(ids))

    def test_alerts(self) -> None:
        """Prometheus's."""
        rules = (CONTRIB / "prometheus/alerts.yml").read_text("utf-8")
        asked = re.findall(r"^ *expr: (.*)$", rules, re.MULTILINE)
        self.assertEqual(len(asked), rules.count("- alert:"))
        self.assertGreater(len(set().union(*map(self.check, asked))), 3)

    def test_it_would_be_seen(self) -> None:
        """A metric or a label that is not there is found."""
        for wrong in ("p2pstream_chunks", "p2pstream_ready_bucket", "p2pstream_ready{color='x'}"):
            self.assertRaises((KeyError, self.failureException), self.check, wrong)


class UnitTests(SynchronousTestCase):
    """Services start programs that there are, with flags that they have."""

    def test_units(self) -> None:
        """Both."""
        for role, table in (("central", CentralSettings), ("peer", PeerSettings)):
            unit = RawConfigParser(strict=False)
            unit.read(CONTRIB / f"systemd/p2p-{role}.service", encoding="utf-8")
            program, *words = unit["Service"]["ExecStart"].split()
            self.assertTrue(program.endswith(f"/p2p-{role}"))
            known = {flag for row in table.rows() for flag in row.flags}
            flags = {word for word in words if word.startswith("-")}
            self.assertLessEqual(flags, known)
            self.assertIn(f"/var/lib/{unit['Service']['StateDirectory']}", words)
