"""A broadcast to many, on one clock: the real mesh and send queues over leaves that flow.

Nothing is connected, signed or stored.  A leaf takes its time on the sender's uplink and on
its way; who pushes what to whom and who asks whom is decided by the same classes as in the
programs.
"""
