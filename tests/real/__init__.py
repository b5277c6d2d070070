"""Real programs, real sockets, real windows, and the time that they take.

Start at `processes`, how programs are started and waited for; `zygote` has them begin quickly.

- `roles`: central and peer by themselves; `films`: several programs, and a film between them
- `web`, `players`: looked at by HTTP, and in windows; `showing` is what `players` shows in them
- `sockets`: what only a kernel can show of a protocol
- `belongings`, `servers`, `browsers`, `displays`, `disks`: what such tests have
- `kernel`: what the system knows of it; `visiting`, `classic_client`, `writing`: who asks, and who writes
"""
