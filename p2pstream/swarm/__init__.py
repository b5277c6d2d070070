"""FROM WHOM: driving sources, whatever protocol they speak, to fill a stream.

Start at `download`, one peer after the other, or `proven`, many at once and every unit proven.
It sees an `ISource` or an `IUnitSource`, and imports ``data`` and what lies below.

- `picker`: what to ask of whom; pure
- `crew`, `roster`, `member`, `bans`, `suspects`: who is dialled, who sends, who lied
- `orders`, `pages`, `runs`: what is asked for, what proves it, and the memory it arrives in
"""
