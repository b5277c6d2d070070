"""What a browser sees beside the films: pages, and what they are made of.

It is handed what it shows; where that comes from it does not know: interfaces, ``content``,
errors and limits are all that it imports.  Start at `resource`, how anything is answered, and
`streams`, what a node shares.

- `pages`, `api`, `events`, `metrics`: what is shown, to people, programs and those who watch over it
- `gateway`, `viewings`, `remux`: films of others, for players of this machine
- `live`, `dlna`: broadcasts for players of HTTP; what is shared, for televisions
- `sides`, `stream_sides`: what films have beside them
- `markup`, `shapes`, `policy`, `frame`, `icons`: what pages are made of; pure
"""
