"""What p2pstream is called, needs and installs; pyproject.toml holds only the tools' tables."""

import re
from pathlib import Path

from setuptools import find_packages, setup

HERE = Path(__file__).parent


def version() -> str:
    """Read the version out of the package's text, so that building imports nothing."""
    text = (HERE / "p2pstream" / "__init__.py").read_text("utf-8")
    found = re.search(r'^__version__ = "([^"]+)"$', text, re.MULTILINE)
    if found is None:
        raise RuntimeError("p2pstream/__init__.py names no __version__")
    return found.group(1)


# The window's binding has wheels for these platforms only, and building it from source
# needs a compiler and SFML 3; elsewhere libvlc's own window takes over.
SFML_WHEELS = (
    "python_version < '3.14' and ("
    "(sys_platform == 'linux' and platform_machine == 'x86_64')"
    " or (sys_platform == 'darwin' and platform_machine == 'arm64')"
    " or sys_platform == 'win32')"
)

# What our trees and info-hashes are compared with; the test skips where it has no wheel.
LIBTORRENT_WHEELS = "python_version < '3.14' and sys_platform == 'linux' and platform_machine == 'x86_64'"

# What fuzzes; nothing is fuzzed where it has no wheel.
ATHERIS_WHEELS = LIBTORRENT_WHEELS

EXTRAS = {
    "player": ["python-vlc>=3.0.18121", f"SFML>=3.0,<3.1; {SFML_WHEELS}"],
    "local": ["zeroconf>=0.132"],
    "media": ["av>=12.3"],
    "progress": ["rich>=13"],
    "test": ["hypothesis>=6.100", "numpy>=1.26", "zeroconf>=0.132", f"libtorrent>=2.1; {LIBTORRENT_WHEELS}"],
    "checks": [
        "tox>=4.20",
        "ruff>=0.15",
        "mypy>=1.15",
        "mypy-zope>=1.0.11",
        "types-docutils",
        "types-setuptools",
        f"atheris>=2.3; {ATHERIS_WHEELS}",
    ],
    "plots": ["matplotlib>=3.8"],
    "simulation": ["numba>=0.60", "numpy>=1.26"],
    "docs": ["sphinx>=7.2", "towncrier>=24.8"],
}

setup(
    name="p2pstream",
    version=version(),
    description="Watch a film while it downloads from everyone on the network who has it",
    long_description=(HERE / "README.rst").read_text("utf-8"),
    long_description_content_type="text/x-rst",
    author="p2pstream contributors",
    license="MIT",
    license_files=["LICENSE", "THIRD_PARTY.rst"],
    classifiers=[
        "Development Status :: 3 - Alpha",
        "Environment :: Console",
        "Environment :: X11 Applications",
        "Framework :: Twisted",
        "Intended Audience :: End Users/Desktop",
        "Operating System :: POSIX :: Linux",
        "Programming Language :: Python :: 3 :: Only",
        "Programming Language :: Python :: 3.11",
        "Programming Language :: Python :: 3.12",
        "Programming Language :: Python :: 3.13",
        "Programming Language :: Python :: 3.14",
        "Topic :: Internet",
        "Topic :: Multimedia :: Video :: Display",
        "Typing :: Typed",
    ],
    python_requires=">=3.11",
    # twisted.plugins has no __init__.py, here as in Twisted: its parts are found along sys.path.
    packages=[*find_packages(include=["p2pstream*"]), "twisted.plugins"],
    package_data={
        "p2pstream": ["py.typed"],
        "p2pstream.player": ["fonts/*"],
        "p2pstream.web": ["static/*", "foreign/*"],
    },
    zip_safe=False,
    install_requires=["Twisted[tls]>=24.10", "zope.interface>=6"],
    extras_require=EXTRAS,
    entry_points={
        "console_scripts": [
            "p2p-central = p2pstream.roles.central:main",
            "p2p-peer = p2pstream.roles.peer:main",
            "p2p-share = p2pstream.roles.share:main",
            "p2p-play = p2pstream.commands.play:main",
            "p2p-get = p2pstream.commands.get:main",
            "p2p-list = p2pstream.commands.list:main",
            "p2p-live = p2pstream.commands.live:main",
        ]
    },
)
