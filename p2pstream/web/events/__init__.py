"""``/events``: what changes on a node, told as it happens (server-sent events of the HTML standard)."""
