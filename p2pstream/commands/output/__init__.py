"""What a command says while it works, and in the end.

Start at `output`: sentences, a `bar`, or lines of JSON; `telling` is what people are told of a fetch.
"""
