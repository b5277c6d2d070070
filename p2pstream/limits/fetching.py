"""Bounds of asking for streams."""

from __future__ import annotations

from dataclasses import dataclass

from p2pstream.limits.row import bound

__all__ = ["FetchLimits"]


@dataclass(frozen=True, init=False, repr=False, eq=False)
class FetchLimits:
    """What is asked of others, and shown."""

    # listing
    listed_names: int = bound(10_000, "names", "that p2p-list shows; more are said to be more")

    # looking for a central, or for peers, on the local network
    nearby: int = bound(32, "programs", "looked at of those that say they are there; a person reads them")
    nearby_names: int = bound(
        256, "names", "asked what they are: where each has a peer, there are more of those than centrals"
    )
    nearby_hosts: int = bound(4, "addresses", "of one of them")
    nearby_title: int = bound(63, "characters", "of what one calls itself; a label of DNS")
    nearby_s: float = bound(1.8, "s", "listened for them; who has just told others answers after one")
    nearby_ms: int = bound(500, "ms", "for the address of one that is there; most came with its name")
    nearby_taken_ms: int = bound(1800, "ms", "for one that has a title already to say so; as for them all")

    # peers of the local network
    neighbours: int = bound(16, "peers", "of the local network that are asked; as many as send at once")
    neighbours_s: float = bound(0.6, "s", "listened for them; who answers later is found by the next look")
    neighbours_after_s: float = bound(
        0.3, "s", "of fetching until they are looked for: what begins just now comes first"
    )
    neighbours_soon_s: float = bound(2.0, "s", "between two looks; doubled each time, while one stream comes")
    neighbours_again_s: float = bound(60.0, "s", "between two looks at most: each asks a whole network")
    neighbours_told_s: float = bound(0.5, "s", "of listening until they are told of us: it may soon be over")
    neighbour_rest_s: float = bound(
        2.0, "s", "until one that had nothing of a stream is asked again; doubled each time"
    )
    neighbour_rest_most_s: float = bound(240.0, "s", "between two such questions: most never have it")

    # fetching for players of this machine
    gateway_streams: int = bound(16, "streams", "fetched for players at once; a person watches one")
    gateway_open_s: float = bound(
        12.0, "s", "until it is known who has a stream; a central that asks peers to come back takes eight"
    )
    gateway_rest_s: float = bound(5.0, "s", "after its last reader a stream is kept: seeking is to come back")

    # a plain web server that has a film
    web_seed_units: int = bound(64, "units", "asked of it at once; 4 MiB, neighbours in one request")
    web_seed_head_bytes: int = bound(
        131_072, "bytes", "that it answers before a film begins; one read of them has up to half"
    )
    web_seed_rest_s: float = bound(
        1.0, "s", "that what comes without ranges rests, nothing of it being wanted, and it is broken off"
    )

    # asking for units
    ask_units: int = bound(64, "units", "in one request; 4 MiB, a few milliseconds of a fast source")
    ask_ahead_s: float = bound(0.7, "s", "of a source's own rate are asked of it at once")
    ask_shared_s: float = bound(0.2, "s", "of its rate are asked of one that many ask for what only it has")
    shared_s: float = bound(
        4.0, "s", "before it is needed what others have is asked of one that has all, where all watch"
    )
    rare_s: float = bound(
        12.0, "s", "ahead of who watches is chosen of what one peer alone has, before what comes first"
    )
    new_s: float = bound(
        20.0, "s", "ahead of who watches one that has all is asked for what nobody else has, where all watch"
    )
    ask_first_units: int = bound(
        2, "units", "asked of a source that has sent nothing yet; as many again for each that came"
    )
    ask_watched_units: int = bound(1, "units", "so asked by who watches, and waits for the first of them")
    ask_flying_units: int = bound(
        4, "units", "of what is not urgent that come before what is: 256 KiB are on their way"
    )
    ask_opening_units: int = bound(
        16, "units", "asked of all sources together before one came; as many again for each that did"
    )
    ask_again_units: int = bound(
        32, "units", "that are not urgent, or a third of what it may owe, asked of one that still owes some"
    )
    ask_queue_s: float = bound(
        0.5,
        "s",
        "that a unit takes of one who has a part; who watches asks those who take longer more rarely",
    )
    ask_rest_s: float = bound(5.0, "s", "at most, that such a one is asked for nothing ahead")
    ask_blind_units: int = bound(32, "units", "asked of one source while their hashes are on the way; 2 MiB")
    ask_bytes: int = bound(
        16_777_216, "bytes", "of one stream asked for, arriving or not yet written: what it takes of memory"
    )
    reserve_units: int = bound(4, "units", "not asked for ahead, so that a seek finds room; 256 KiB")
    source_rate: float = bound(1e6, "bytes/s", "expected of a source while nobody has sent anything")
    local_rate: float = bound(1e7, "bytes/s", "expected of one on our network that has sent nothing yet")
    local_s: float = bound(
        0.8,
        "s",
        "one on our network owes and sends nothing, and others are asked for the same; a tick less"
        " than a second",
    )
    local_plenty: float = bound(
        1.25, "times", "what readers need, of those on our network, and no other is asked for what these have"
    )
    local_worth: float = bound(
        4.0, "times", "as fast as another are those on our network, and that one is not worth asking as well"
    )

    # reading
    reader_rate: float = bound(687_500.0, "bytes/s", "a reader is expected to read: 5 Mbit/s and a tenth")
    reader_memory_s: float = bound(5.0, "s", "over which its rate is averaged; a decoder reads in gulps")
    screen_told_s: float = bound(
        1.0,
        "s",
        "without word of what is on screen, and it stands still; a tenth of that counts what was expected",
    )
    reader_margin_s: float = bound(0.3, "s", "before it is read a unit must be here, and two round trips")
    reader_margin_most_s: float = bound(
        1.0, "s", "of round trips in that: what takes longer is the queue of one who is slow"
    )
    led_s: float = bound(
        4.0, "s", "one who reads ahead waits for a unit, until it is taken to be what is on screen"
    )
    fresh_units: int = bound(2, "units", "needed at once after opening and after a seek")
    seek_sources: int = bound(
        4, "sources", "asked after a seek until its first unit is here: all that comes meanwhile delays it"
    )
    seek_settle_s: float = bound(0.1, "s", "between two seeks that are served; the newest of those is")
    urgent_units: int = bound(16, "units", "before a reader, 1 MiB, are asked for before all others")
    urgent_run_units: int = bound(4, "units", "asked of one source at once where others are as quick")
    urgent_s: float = bound(3.0, "s", "before it is needed each unit is asked of who brings it soonest")
    urgent_most_s: float = bound(10.0, "s", "of urgency, however irregularly units come")
    urgent_most_units: int = bound(128, "units", "that are urgent, however fast the reader is; 8 MiB")
    window_s: float = bound(60.0, "s", "of film before a reader come before the rest")
    window_least_units: int = bound(
        256, "units", "that come before the rest, however slow the reader is; 16 MiB"
    )
    window_most_units: int = bound(
        1024, "units", "that come before the rest, however fast the reader is; 64 MiB"
    )
    flow_s: float = bound(3.0, "s", "over which is measured what comes in of one stream")
    pressed: float = bound(
        2.0,
        "times",
        "the seconds that what is asked for takes must be here, or nothing is asked ahead",
    )
    enough_s: float = bound(2.0, "s", "of film here before a reader, and it waits for nothing")
    queue_s: float = bound(2.0, "s", "that the queue of a source may be long for what is urgent")

    # being late
    overdue_s: float = bound(0.5, "s", "a reader waits for a unit before another source is asked, too")
    overdue_units: int = bound(4, "units", "asked of another source at once, because one keeps them too long")
    copies: int = bound(3, "sources", "asked for one unit at the same time")
    copy_s: float = bound(3.0, "s", "of silence of most sources, until others are asked for what they keep")
    unreliable_s: float = bound(1.5, "s", "a source owes and sends nothing, and is not relied on")
    late_s: float = bound(3.0, "s", "from asking for what is urgent until it is late; four times as expected")
    misses: int = bound(2, "times", "late within ten seconds, and a source is asked for nothing urgent")
    misses_s: float = bound(10.0, "s", "in which those are counted; what most do then is nobody's fault")
    bar_s: float = bound(30.0, "s", "one that was is asked for nothing urgent; twice as long each time")
    bar_most_s: float = bound(480.0, "s", "at most, for which it is asked for nothing urgent")
    lag_s: float = bound(1.0, "s", "between two looks, and we slept ourselves: nobody is blamed")
    hedge_bytes: int = bound(524_288, "bytes", "that may be asked of two sources at first")
    hedge_rate: float = bound(65_536.0, "bytes/s", "more to ask of two, with time")
    hedge_part: float = bound(0.05, "times", "of what came, more to ask of two")
    hedge_most_bytes: int = bound(
        16_777_216, "bytes", "to ask of two, however much came; as much as is asked for in all"
    )
    hedge_units: int = bound(16, "units", "of one reader looked at for whether they are late")
    owed_s: float = bound(
        20.0, "s", "a source owes a unit, and it is left, if there are others; then dialled again"
    )
    page_hashes: int = bound(512, "hashes", "of one page; proves 32 MiB")
    first_page_hashes: int = bound(
        64, "hashes", "of the page around the start: 2 kB, here before the first unit"
    )
    page_failures: int = bound(3, "pages", "refused or useless, and a source is left")
    sources: int = bound(16, "sources", "connected to one download, and those that visit")
    visiting_sources: int = bound(
        16,
        "sources",
        "beside those, who dialled us: the links are there, and those who came last have no others",
    )
    unheard_s: float = bound(
        10.0, "s", "a source sends nothing while others wait to be dialled, and it makes room for them"
    )
    review_s: float = bound(
        60.0, "s", "between two looks at what each source sent, of which the worst may lose its place"
    )
    worst_part: float = bound(0.1, "times", "what half of the sources sent, and less than that is far less")
    worst_of: int = bound(5, "sources", "compared at least; with fewer the worst may be the second best")
    sources_few: int = bound(
        16, "sources", "known of a stream, and centrals are asked again sooner: a crowd may just gather"
    )
    source_tries: int = bound(4, "dials", "that fail before an address is given up")
    retry_s: float = bound(0.25, "s", "to the second dial of an address; doubled for each one after")
    retry_most_s: float = bound(30.0, "s", "between two dials of an address")
    return_s: float = bound(30.0, "s", "one that sent something is dialled for, however often that fails")
    heed_s: float = bound(
        15.0, "s", "from giving an address up until it is dialled because a central names it again; doubled"
    )
    heed_most_s: float = bound(960.0, "s", "between two such dials: a lease is no reason to knock for ever")
    source_offences: int = bound(
        3, "links", "on which one address breaks the protocol, and it is left for this stream"
    )
    bans: int = bound(1000, "addresses", "that were caught lying, remembered; the oldest are forgotten")
    ban_key_s: float = bound(3600.0, "s", "an address that lied about a stream is out of it")
    ban_s: float = bound(86_400.0, "s", "that a conviction counts, and that a second one takes out of all")
    ban_convictions: int = bound(2, "convictions", "of one address within a day, and it is left alone")
    ban_ports: int = bound(
        3, "ports", "of one host (IPv6: /64) convicted within a day, and all of it is; loopback exempt"
    )
    storage_retry_s: float = bound(2.0, "s", "after a disk refused, until it is asked again")
    told_ports: int = bound(4, "addresses", "of one host (IPv6: /64) that a central tells; loopback exempt")
    dials: int = bound(10, "dials", "in a second by one download: no central may use it to flood others")
    dials_s: float = bound(1.0, "s", "in which those are counted")
    known_names: int = bound(1000, "names", "of which it is kept what centrals said last")
    known_bytes: int = bound(1_048_576, "bytes", "of what is kept of that; 300 names with ten peers each")
    publishers: int = bound(10_000, "names", "of which it is remembered whose stream the user took first")
    lookup_wait_s: float = bound(
        8.0, "s", "for a peer with a name that a central knows; a file that changed is back in four"
    )
    lookup_again_s: float = bound(0.5, "s", "between two questions meanwhile")
    call_after_s: float = bound(
        1.0, "s", "for a peer that no central could dial to answer us; then it is called"
    )
    call_s: float = bound(3.0, "s", "for a called peer to dial us; with the second before, less than a dial")
    call_strangers: int = bound(8, "connections", "to where called peers dial, that have not shown a nonce")
    peers_again_s: float = bound(20.0, "s", "between two questions who has what is being fetched")
    peers_soon_s: float = bound(
        1.0,
        "s",
        "between two such questions because sources went, or few are known; doubled for each one after",
    )
    want_s: float = bound(
        1.0, "s", "that sources may be wrong about what is on screen here; and until they are told again"
    )
    want_part: float = bound(0.25, "of the rate", "by which they may be wrong about that")
    picker_tick_s: float = bound(0.2, "s", "between two looks for what is overdue")
