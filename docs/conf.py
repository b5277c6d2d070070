import sys
from importlib.metadata import version as installed_version
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

project = "p2pstream"
author = "p2pstream contributors"
copyright = "2026, p2pstream contributors"
version = release = installed_version("p2pstream")

extensions = ["sphinx.ext.autodoc", "sphinx.ext.viewcode", "interfaces", "tables"]
exclude_patterns = ["_build", "README*"]
nitpicky = False

html_theme = "alabaster"
html_theme_options = {
    "description": "Watch a film while it downloads from everyone on the network who has it",
    "fixed_sidebar": True,
    "page_width": "1180px",
    "body_max_width": "auto",
}

autodoc_member_order = "bysource"
autodoc_typehints = "signature"
# Bare `names` in docstrings are ours: code, not cross references.
default_role = "code"
