"""Whose turn it is to send, and how much: one uplink and one downlink for each process.

Start at `uplink` and `downlink`; `tokens`, `portion` and `rounds` compute and are pure,
`waitlist` puts them to work, `unlimited` and `free` are for those who set no limit.
`requests` is about something else: how many questions are answered before others are heard.
"""
