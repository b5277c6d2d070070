"""The page about HTTP against the code: what it shows is what happens."""

from __future__ import annotations

import re
from pathlib import Path

from p2pstream.limits import LIMITS
from tests.protocols.http.browser import SiteCase

ROOT = Path(__file__).resolve().parents[3]
PAGE = (ROOT / "docs/protocols/http.rst").read_text("utf-8")
BLOCK = re.compile(r"   :caption: (\w+)\n\n((?:   .+\n)+)")


class PageTests(SiteCase):
    def test_example(self) -> None:
        """The request that is shown gets the response that is shown, but for the day and the tag."""
        shown = {title: re.sub("(?m)^   ", "", lines) for title, lines in BLOCK.findall(PAGE)}
        self.serve(shared={"film.mp4": bytes(1_048_576)})
        sent = shown["sent"].replace("\n", "\r\n") + "\r\n"
        head = self.ask(sent.encode()).raw.partition(b"\r\n\r\n")[0].decode()
        vary = re.compile(r"(?m)^(Date|ETag): .*$")
        self.assertEqual(
            vary.sub(r"\1", head.replace("\r\n", "\n") + "\n"), vary.sub(r"\1", shown["answered"])
        )

    def test_limits(self) -> None:
        """The figures in the text are those of the table."""
        for words in (
            f"complete {LIMITS.http_head_s:g} seconds after",
            f"rests for at most {LIMITS.http_rest_s:g} seconds",
            f"carries at most {LIMITS.http_requests} of them",
            f"at most {LIMITS.http_header_bytes // 1024} KiB and {LIMITS.http_headers} headers",
            f"at most {LIMITS.http_ahead_bytes // 1024} KiB of others",
            f"takes nothing for {LIMITS.stall_s:g} seconds",
            f"said within {LIMITS.gateway_open_s:g} seconds who has it",
            f"Nothing more is fetched {LIMITS.gateway_rest_s:g} seconds after",
            f"at most {LIMITS.gateway_streams} streams at once",
            f"paused for {LIMITS.http_pause_s / 3600:g} hours",
            f"({LIMITS.http_pause_s / 3600:g} hours below ``/stream``)",
            f"there are more than {LIMITS.http_ranges}, some",
            f"longer than {LIMITS.http_body_bytes // 1024} KiB",
            f"about {2 * LIMITS.http_step_bytes // 1024} KiB of it",
            f"lists at most {LIMITS.page_streams} films",
            f"or {LIMITS.close_s:g} s──► gone",
        ):
            self.assertIn(words, PAGE)
