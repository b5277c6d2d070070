"""Which networks this machine is on, who is near there, and whether others reach us.

Start at `nearby` (mDNS); `reach` and `dialling` are words for people.
"""
