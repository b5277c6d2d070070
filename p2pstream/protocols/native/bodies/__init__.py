"""What each message between peers is made of; the table of them all is `messages`, one floor up.

Start at `body`, what they have in common, and `requests`, those that ask for units and hashes.
"""
