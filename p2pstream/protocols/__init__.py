"""HOW: wire protocols, each a plugin, and the registry that finds them.

Start at `classic`, the smallest of them: messages, session, shell.  `link` carries those that are
families of messages: `native` between peers, `central` with a central.  None imports another but
the link; what a protocol may know of its process is in `node`.  ``docs/protocols`` has the bytes.
"""
