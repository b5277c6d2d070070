"""Pipes: connections, the listening port, and whose turn it is; what they carry is for protocols to say.

Start at `connection`, which sends and receives whole things for the simple protocols, or at
`wires.wire`, which a session of frames drives.  Imports ``data`` and what lies below.

- `roads`: how bytes leave and come in, past Python where that can be
- `wires`: a connection that talks in frames, for as long as it lives
- `ports`: one listening port for all protocols; `takeover` goes from one to the next
- `secure`: certificates and TLS
- `turns`: the uplink of a process, and what it asks for in a second
- `networks`: which networks this machine is on, who is near, and why a dial failed
- `timing`, `alarm`, `vigil`: the time, and what rings; `ends`, `linger`, `tuning`: sockets
- `private`: where this user's programs meet; `publishing`: who sends what is broadcast
"""
