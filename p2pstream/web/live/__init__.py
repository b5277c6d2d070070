"""Broadcasts for players and pages: a playlist with segments (RFC 8216), and one stream without end.

- `segments`: `index.m3u8`, and what it lists
- `endless`: `stream.ts`, from the newest segment on
- `resources`: ``/live/KEY/…``, of the broadcasts in which this node takes part
"""
