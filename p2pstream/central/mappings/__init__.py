"""The names of a mapping file, as ``fileToIP.txt`` writes them.

Start at `mapping`, the file's text; `mapping_file` reads it again whenever it changes.
"""
