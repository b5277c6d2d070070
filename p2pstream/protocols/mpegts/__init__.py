"""MPEG-TS as it is, over TCP or in datagrams of UDP: what ffmpeg, VLC and hardware encoders send.

Neither says who sends or what it is called, nor that it is over.
"""
