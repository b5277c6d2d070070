// A film in a page: it begins when asked to, goes where it is told, and says what is wrong.

import { Broadcast } from "./broadcast.js";
import { Controls } from "./controls.js";
import { obey } from "./keys.js";
import { clock, say } from "./page.js";
import { Fragments } from "./remux.js";
import { SeekBar, pictures } from "./seek.js";
import { REASONS, Trouble, refusal } from "./trouble.js";

const SPEEDS = [0.5, 0.75, 1, 1.25, 1.5, 2];

export class Player {
  /** `stage` has a video, a poster over it, and a button. */
  constructor(stage) {
    this.stage = stage;
    this.video = stage.querySelector("video");
    this.button = stage.querySelector(".watch");
    this.trouble = new Trouble(stage);
    this.length = Number(stage.dataset.duration) || 0;
    this.tried = new Set();
    this.video.controls = false;
    this.button.hidden = false;
    this.bar = new SeekBar(this.video, (at) => this.go(at));
    this.controls = new Controls(this, this.bar);
    this.listen();
    obey(this);
  }

  listen() {
    const { video } = this;
    this.button.addEventListener("pointerenter", () => this.warm());
    this.button.addEventListener("focus", () => this.warm());
    this.button.addEventListener("click", () => this.begin());
    video.addEventListener("click", () => this.pause());
    video.addEventListener("dblclick", () => this.fill());
    for (const name of ["timeupdate", "progress", "seeking", "seeked", "loadedmetadata", "durationchange"]) video.addEventListener(name, () => this.show());
    video.addEventListener("error", () => this.failed());
    video.querySelectorAll("source").forEach((source) => source.addEventListener("error", () => this.refused(source)));
  }

  /** The beginning is fetched while somebody's hand is on its way. */
  warm() {
    if (this.video.preload === "none" && !this.sure) this.video.preload = "metadata";
  }

  begin() {
    this.stage.classList.add("on");
    this.button.hidden = true;
    this.controls.element.hidden = false;
    this.stage.dispatchEvent(new Event("begun"));
    this.asked = performance.now();
    // A browser tells nobody what it was answered in the place of a film; where that takes long, it is asked at once.
    if (this.stage.dataset.fetched && this.last) this.refusal = refusal(this.last);
    if (this.sure) this.wrapped?.();
    this.video.preload = "auto";
    this.controls.wait(true);
    this.controls.say("Asking for the film");
    // Until the first frame is there the poster is.
    const first = () => {
      this.stage.classList.add("showing");
      this.stage.dataset.firstFrame = Math.round(performance.now() - this.asked);
    };
    if (this.video.requestVideoFrameCallback) this.video.requestVideoFrameCallback(first);
    else this.video.addEventListener("playing", first, { once: true });
    this.video.addEventListener("playing", () => this.stage.classList.add("showing"), { once: true });
    this.video.play().catch((reason) => {
      if (reason.name === "NotAllowedError") this.controls.state();
    });
    this.bar.element.focus({ preventScroll: true });
    this.controls.stir();
  }

  /** Another way to the film, for a browser that cannot open it as it is; `sure`: it is tried first. */
  otherwise(url, type, sure) {
    if (!Fragments.can(type)) return;
    this.wrapped = () => {
      this.wrapped = undefined;
      this.stage.classList.remove("broken");
      this.trouble.hide();
      this.trouble.tellPart();
      this.video.querySelectorAll("source").forEach((source) => source.remove());
      this.fragments = new Fragments(this.video, url, type, this.length, (reason) => this.broken(`It cannot be wrapped for this browser: ${reason}.`));
      if (this.stage.classList.contains("on")) this.video.play().catch(() => {});
    };
    this.sure = sure;
    this.stage.dataset.wrapped = type;
    if (this.stage.classList.contains("broken")) this.wrapped();
  }

  /** It is a broadcast, whose playlist any of these has. */
  broadcast(urls) {
    this.sure = true;
    this.wrapped = () => {
      this.wrapped = undefined;
      this.stage.classList.remove("broken");
      this.trouble.hide();
      this.video.querySelectorAll("source").forEach((source) => source.remove());
      this.video.removeAttribute("src");
      this.live = new Broadcast(this, urls);
    };
    this.stage.classList.add("live");
    if (this.stage.classList.contains("on")) this.wrapped();
  }

  /** Where the bar begins. */
  get origin() {
    return this.live ? this.live.span[0] : 0;
  }

  get duration() {
    if (this.live) return this.live.span[1] - this.live.span[0];
    return Number.isFinite(this.video.duration) && this.video.duration > 0 ? this.video.duration : this.length;
  }

  go(at) {
    const last = Math.max(this.origin, this.origin + this.duration - 0.1);
    this.video.currentTime = Math.min(Math.max(this.origin, at), last);
    this.show();
  }

  pause() {
    if (!this.stage.classList.contains("on")) this.begin();
    else if (this.video.paused) this.video.play().catch(() => {});
    else this.video.pause();
  }

  fill() {
    if (document.fullscreenElement) document.exitFullscreen();
    else if (this.stage.requestFullscreen) this.stage.requestFullscreen().catch(() => {});
    else if (this.video.webkitEnterFullscreen) this.video.webkitEnterFullscreen();
  }

  faster(step, around = false) {
    let place = SPEEDS.indexOf(this.video.playbackRate) + step;
    if (around) place %= SPEEDS.length;
    this.video.playbackRate = SPEEDS[Math.min(Math.max(0, place), SPEEDS.length - 1)] || 1;
  }

  /** The next subtitles, and after the last ones none. */
  subtitles() {
    const tracks = [...this.video.textTracks];
    const now = tracks.findIndex((track) => track.mode === "showing");
    tracks.forEach((track, place) => (track.mode = place === now + 1 ? "showing" : "disabled"));
    const shown = tracks[now + 1];
    this.controls.words.setAttribute("aria-pressed", Boolean(shown));
    this.controls.flash(shown ? `Subtitles: ${shown.label || shown.language || "on"}` : "No subtitles");
  }

  async seekPictures(url) {
    this.bar.pictures = await pictures(url).catch(() => []);
  }

  show() {
    Object.assign(this.bar, { origin: this.origin, duration: this.duration });
    this.bar.show();
    if (this.live) return void this.live.show();
    say(this.controls.time, this.duration ? `${clock(this.video.currentTime)} / ${clock(this.duration)}` : clock(this.video.currentTime));
  }

  get last() {
    return this.video.querySelector("source:last-of-type");
  }

  async refused(source) {
    if (source !== this.last) return;
    if (this.trouble.blocked) return void this.broken(REASONS[4]);
    const why = await (this.refusal || refusal(source));
    if (!why) return void this.broken(REASONS[4]);
    const [words, cure] = why;
    this.halt();
    this.trouble.tell(words, this.stage.dataset.fetched ? "" : cure);
  }

  /** The connection broke in the middle: the next who has it may go on. */
  failed() {
    const { video } = this;
    if (this.live?.hls) return;
    this.tried.add(video.currentSrc);
    const next = [...video.querySelectorAll("source")].map((source) => source.src).find((way) => !this.tried.has(way));
    const code = video.error && video.error.code;
    if (code === 2 && next) {
      const at = video.currentTime;
      video.src = next;
      video.currentTime = at;
      video.play().catch(() => {});
      return;
    }
    this.broken(REASONS[code] || REASONS[4]);
  }

  broken(reason) {
    if (this.wrapped) return void this.wrapped();
    this.halt();
    this.trouble.tellBroken(reason);
  }

  halt() {
    this.controls.wait(false);
    this.stage.classList.add("broken");
    this.stage.classList.remove("showing");
  }
}
