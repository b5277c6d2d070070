"""The shared folders: looked at again and again, and which file stands behind each name.

Start at `shares`, everything that this peer shares, and `share`, one folder of it.
`watch` hears from the system when something changes, `scan` looks.
"""
