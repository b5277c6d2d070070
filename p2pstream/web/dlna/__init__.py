"""A UPnP media server, as televisions look for one: descriptions, ContentDirectory, events.

Everything is below ``/dlna`` and only tells what is shared; films are had from ``/share``.

Start at `resources`, the server behind HTTP, and `directory`, what it answers.
"""
