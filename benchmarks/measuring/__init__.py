"""How figures are taken: rounds, conditions, costs, and the servers that they are measured on.

Start at `rounds`, which every figure goes through; `site` starts nginx, a central and a peer.
"""
