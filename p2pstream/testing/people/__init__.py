"""Those who watch: contracts of the seams of ``interfaces.people``.

Start at `player` (`IPlayer`); `null_player` shows nothing, `events` is for `IEvents`.
"""
