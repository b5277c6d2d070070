"""Who has which key, until when, and who is told of whom.  All of it is pure.

Start at `leases`; `holders` packs them, `choosing` says which peers somebody is told of.
"""
