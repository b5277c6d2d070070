"""The pages: those of a central, where films are found, and those of a peer, where they come from.

What a page looks like is in pure modules that are given values of `content.shown`; which one is
asked for, and by whom, in `central` and `peer`.

Start at `central` and `peer`; `browse` and `shared` are their front pages, `film` and `watching` those of
one film.
"""
