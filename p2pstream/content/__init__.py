"""WHAT: names, addresses, ranges, keys, trees, records, as pure values, and the rules about them.

All of it is pure and imports nothing above.  Start at `names` (what people call a stream), `keys`
(what identifies its bytes), `ranges` and `units` (how those are counted).

- `names`, `namespaces`, `folding`, `links`: what people say; `text`: what they are shown of strangers' words
- `addresses`, `tellers`: where somebody is, and whom one believes that; `wants`: what he is asked for
- `hashes`: the tree over a stream, its pages and slices, and what BitTorrent makes of it
- `signed`: what publishers, sources and centrals sign; `signing`: who signs; `bencode`: in which bytes
- `hls`, `mpegts`, `subtitles`, `side`: formats of what is watched, and of what lies beside it
- `durations`, `media_types`, `manifests`: what a file is, seen from its name or its first bytes
- `shown`, `views`, `waits`, `listed`, `library`: how things stand, for those who show it
"""
