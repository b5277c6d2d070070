"""Nodes as they are shown: contracts of the seams of ``interfaces.views``.

Start at `views` (`INodeView`, `IPeerView`, `ICentralView`); `fake_views` are such, and `changes`
is for `IPeerChanges`.
"""
