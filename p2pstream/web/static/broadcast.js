// A broadcast in a page: its segments are put together by hls.js, or by a browser that can do it itself.

import { make, say } from "./page.js";

const KIND = "application/vnd.apple.mpegurl";
const HLS = "./hls.light.min.mjs";
// Seconds behind the newest segment at which it is shown; behind that, when one is said to have gone back; and
// how far within the oldest one goes at most.
const [BEHIND_S, BACK_S, WITHIN_S] = [4, 6, 0.5];
const CONFIG = {
  enableWorker: false, liveSyncDuration: BEHIND_S, liveMaxLatencyDuration: 30, maxLiveSyncPlaybackRate: 1.06,
  liveDurationInfinity: true, backBufferLength: 120, maxBufferLength: 20,
  // A peer that has just joined answers when there is something; one that is gone is left at once for another.
  manifestLoadPolicy: { default: { maxTimeToFirstByteMs: 20000, maxLoadTimeMs: 25000, timeoutRetry: null, errorRetry: null } },
};
const CANNOT = /codec|incompatible|unsupported|hevc/i;

export class Broadcast {
  /** `urls` are playlists of the same segments, at different peers. */
  constructor(player, urls) {
    Object.assign(this, { player, video: player.video, urls, ended: false });
    this.mark = make("button", { type: "button", class: "control edge", title: "To what is live (End)" }, "LIVE");
    this.mark.addEventListener("click", () => this.toEdge());
    player.controls.time.before(this.mark);
    this.video.addEventListener("ended", () => this.over());
    this.start().catch((reason) => player.broken(`It cannot be shown: ${reason.message}.`));
  }

  async start() {
    if (!("MediaSource" in window || "ManagedMediaSource" in window)) return this.natively();
    const { default: Hls } = await import(HLS);
    if (!Hls.isSupported()) return this.natively();
    this.hls = new Hls(CONFIG);
    this.hls.on(Hls.Events.ERROR, (_, what) => this.trouble(what));
    this.hls.on(Hls.Events.LEVEL_UPDATED, (_, { details }) => (this.ended = !details.live));
    this.hls.attachMedia(this.video);
    this.load();
  }

  natively() {
    if (!this.video.canPlayType(KIND)) throw new Error("this browser knows neither Media Source Extensions nor HLS");
    this.video.src = this.urls[0];
    this.play();
  }

  load() {
    this.hls.loadSource(this.urls[0]);
    this.play();
  }

  play() {
    this.video.play().catch(() => {});
  }

  /** What is wrong, and whether it can go on: with another peer, or with the next key frame. */
  trouble({ fatal, type, details, reason, error, response }) {
    if (CANNOT.test(`${details} ${reason || ""}`)) return void this.give(`This browser cannot decode it (${reason || error?.message || details}).`);
    if (!fatal) return;
    if (type === "mediaError" && !this.recovered) {
      this.recovered = true;
      setTimeout(() => (this.recovered = false), 5000);
      this.hls.recoverMediaError();
      return;
    }
    if (type === "networkError" && this.urls.length > 1) {
      this.urls.shift();
      return void this.load();
    }
    const gone = type === "networkError";
    this.give(gone ? `Nobody sends it any more${response?.code ? ` (${response.code})` : ""}.` : "A part of it could not be decoded.");
  }

  give(words) {
    this.hls?.destroy();
    this.hls = undefined;
    this.player.broken(words);
  }

  over() {
    this.ended = true;
    this.player.trouble.tellMore("The broadcast is over. ", make("a", { href: "" }, "See what has become of it"));
  }

  /** From where to where it can be watched now. */
  get span() {
    const { seekable } = this.video;
    if (!seekable.length) return [0, 0];
    // Who goes before the first segment, by however little, is led to the newest by hls.js.
    const stop = seekable.end(seekable.length - 1);
    return [Math.min(seekable.start(0) + WITHIN_S, stop), stop];
  }

  get edge() {
    const at = this.hls?.liveSyncPosition;
    return at ? at : Math.max(0, this.span[1] - BEHIND_S);
  }

  toEdge() {
    this.video.currentTime = this.edge;
    this.video.playbackRate = 1;
    this.play();
  }

  /** Says how far behind what is captured now the picture is, as far as a browser can know. */
  show() {
    const behind = this.hls ? this.hls.latency : this.span[1] - this.video.currentTime;
    const back = this.edge - this.video.currentTime > BACK_S;
    this.mark.hidden = this.ended;
    this.mark.setAttribute("aria-pressed", !back);
    this.mark.setAttribute("aria-label", back ? "Go to what is live" : "This is live");
    say(this.player.controls.time, this.ended ? "ended" : behind > 0 && this.video.readyState ? `${Math.round(behind)} s behind` : "");
  }
}
