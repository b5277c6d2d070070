"""A small part of HTTP/1.1 (RFC 9110, RFC 9112): a page, and streams with one range.

For what has no p2pstream: a phone, a television, a browser, another player.  It is
served only; nobody is asked by it.  docs/protocols/http says what is answered when.
"""
