"""A part of HTTP/1.1 (RFC 9110, RFC 9112): streams in ranges, and whatever else a node has behind it.

For what has no p2pstream: a phone, a television, a browser, another player; and for films on
plain web servers, which have none either.  docs/protocols/http says what is answered when.

Start at `channel`, one connection, and `request`; `serving` is one stream as the answer to one request.
"""
