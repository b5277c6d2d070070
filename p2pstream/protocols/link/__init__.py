"""What every native connection starts with; families of messages are offered over it.

Start at `family`, what a family and its link are to each other, and `session`, a link without a
socket; `protocol` is its shell.  `greeting` proves who both ends are.
"""
