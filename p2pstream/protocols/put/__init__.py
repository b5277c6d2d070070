"""HTTP, the end that is published to: PUT or POST of a film that does not end.

What ffmpeg (``-method PUT``), OBS's custom output and curl send, in chunks or until they hang
up (RFC 9112).  One request a connection, and its body is never kept: that is why it is no
resource of the pages' web server, which reads a request as a whole before anybody sees it.
"""
