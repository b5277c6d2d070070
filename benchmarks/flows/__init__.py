"""Many peers on one clock: the real picker, send queue and central over units that flow.

Nothing is connected, hashed or stored here.  A unit takes its time on the sender's
uplink, on its way, and on the taker's downlink; who asks whom for what, who is sent to
first, and who is told of whom is decided by the same classes as in the programs.
"""
