"""MINE: what this peer shares, and the streams that it opens.

Start at `client`, all that a program needs to fetch by name, or at `service`, the peer while it
runs.  Imports whatever is below it (protocols, ``swarm``, ``live``, ``data``), never ``central``.

- `folders`: what is shared, as it lies on the disk; `keys`: from those files to keys and proofs
- `names`: what names stand for, ours and others'
- `centrals`: how this peer is listed, and how others get through to it
- `fetching`: streams on their way here, and what others may have of them meanwhile
- `residency`: what a running peer does for its user's other programs
- `live`: broadcasts; `side`: subtitles, pictures and facts beside a film
- `streams`: from a name to data that fills itself, by the `ways` that there are
- `node`, `player_node`: what protocols are given of a peer, and of somebody who only watches
- `publicity`, `upload`: both made known, for as long as they run; `view`: as pages see it
"""
