"""What is drawn over the film, as values: nothing here knows a window.

Start at `showing` (all that is shown, in one value) and `overlay`, which makes shapes of it.
All of it is pure, so drawings are tested without a screen.
"""
