"""RTMP, the end that is published to: what OBS and ffmpeg speak to whoever takes a broadcast in.

Adobe's Real Time Messaging Protocol 1.0, as far as a publisher uses it: a handshake, messages
cut into chunks, a few commands, then sound and pictures.  It is not how peers talk, and no
plugin: who takes a broadcast in listens for it on a port of its own.
"""
