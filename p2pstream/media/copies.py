"""A track of one container in another, as it is."""

from __future__ import annotations

from typing import Any

__all__ = ["copy_of"]


def copy_of(stream: Any, out: Any) -> Any:
    """The stream of ``out`` that packets of ``stream`` go into."""
    if hasattr(out, "add_stream_from_template"):
        return out.add_stream_from_template(stream)
    return out.add_stream(template=stream)
