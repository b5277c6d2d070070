"""Broadcasts by real programs, on loopback.

- `watcher`: one who watches and gives on, and notes when each byte was proven
- `frames`: what of it can be shown, and how old that is
- `programs`: a central, ``p2p-live``, and any number of watchers
- `chain`, `crowd`: through three who give it on; to thirty, half of whom may be killed
- `segments`: the same pictures as HLS from nginx
- `join`: from a command to the first picture
- `players`: to players of HTTP; `memory`: of a long one
- `window`: what a day of it costs; `hosts`: two hundred nodes on one simulated clock
- `relays`: nodes of one process over real sockets
"""
