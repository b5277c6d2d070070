"""What ``p2p-live`` does once its command line is understood.

Start at `show`: what comes in is broadcast, and people are told how it goes.  `incoming` is what
comes in, `port` where OBS, ffmpeg and others send it, and `admittance` says who may.
"""
