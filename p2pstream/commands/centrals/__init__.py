"""Which central a command asks, and what that lists.

Start at `nearby`, where none was named; `inventory` is the list, `question` one for the person.
"""
