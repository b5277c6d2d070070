// A film in a page: it begins when asked to, goes where it is told, and says what is wrong.

import { Broadcast } from "./broadcast.js";
import { clock, icon, make, say } from "./page.js";
import { Fragments } from "./remux.js";
import { SeekBar, pictures } from "./seek.js";

const PLAY = "M7 4.5v15l12-7.5z";
const PAUSE = "M8 5v14M16 5v14";
const LOUD = "M4 9.5v5h3.5L12 18.5v-13L7.5 9.5zM15.5 9a4.5 4.5 0 0 1 0 6M18 6.5a8 8 0 0 1 0 11";
const MUTE = "M4 9.5v5h3.5L12 18.5v-13L7.5 9.5zM16 9.5l5 5M21 9.5l-5 5";
const WIDE = "M4 9V4h5M15 4h5v5M20 15v5h-5M9 20H4v-5";
const WORDS = "M3 5h18v14H3zM6.5 14.5h5M14 14.5h3.5M6.5 11h3M12 11h5.5";
const IDLE_MS = 2600;
const SPEEDS = [0.5, 0.75, 1, 1.25, 1.5, 2];

/** What to do about a film that no browser decodes, wherever it comes from. */
const DECODED = "Open it in VLC, or with p2p-play.";

const ELSEWHERE = "Try it through your own peer.";
/** It is nothing that players should be given, whoever has it. */
const REFUSED = 415;

const REASONS = {
  2: "The connection to the peer broke.",
  3: "A part of the film could not be decoded.",
  4: "This browser cannot play it.",
};

/** Why a film is not given, in a sentence, and what to do about it; nothing where it is. */
async function refusal(source) {
  const asked = { cache: "no-store", headers: { Range: "bytes=0-0" } }; // In the cache the film would wait for this.
  const answer = await fetch(source.src, asked).catch(() => null);
  if (!answer) return ["Whoever has it cannot be reached from here.", ELSEWHERE];
  if (answer.ok) return void answer.body.cancel();
  const said = (await answer.text()).trim() || "it is not given";
  const why = `${said[0].toUpperCase()}${said.slice(1).replace(/[.?]?$/, (end) => end || ".")}`;
  return [why, answer.status === REFUSED ? "" : ELSEWHERE];
}

export class Player {
  /** `stage` has a video, a poster over it, and a button. */
  constructor(stage) {
    this.stage = stage;
    this.video = stage.querySelector("video");
    this.button = stage.querySelector(".watch");
    this.trouble = document.getElementById("trouble");
    this.length = Number(stage.dataset.duration) || 0;
    this.tried = new Set();
    this.video.controls = false;
    this.button.hidden = false;
    this.build();
    this.listen();
  }

  build() {
    const button = (name, way, label) => make("button", { type: "button", class: `control ${name}`, "aria-label": label, title: label }, icon(way, way === PLAY));
    this.bar = new SeekBar(this.video, (at) => this.go(at));
    this.toggle = button("toggle", PLAY, "Play (space)");
    this.mute = button("mute", LOUD, "Mute (m)");
    this.volume = make("input", { type: "range", min: 0, max: 1, step: 0.05, value: 1, class: "volume", "aria-label": "Volume" });
    this.time = make("span", { class: "number" }, "0:00");
    this.speed = make("button", { type: "button", class: "control speed", title: "Speed ([ and ])" }, make("span", { class: "hush" }, "Speed "), make("span", {}, "1×"));
    this.words = button("words", WORDS, "Subtitles (c)");
    this.full = button("full", WIDE, "Full screen (f)");
    this.waiting = make("p", { class: "waiting", role: "status", hidden: true }, make("span", { class: "turning", "aria-hidden": "true" }), make("span"));
    const row = make("div", { class: "controls-row" }, this.toggle, this.time, this.mute, this.volume, make("span", { class: "push" }), this.speed, this.words, this.full);
    this.controls = make("div", { class: "controls", hidden: true }, this.bar.element, row);
    this.stage.append(this.waiting, this.controls);
    this.words.hidden = !this.video.textTracks.length;
  }

  listen() {
    const { video, stage } = this;
    const on = (name, call) => video.addEventListener(name, call);
    this.button.addEventListener("pointerenter", () => this.warm());
    this.button.addEventListener("focus", () => this.warm());
    this.button.addEventListener("click", () => this.begin());
    this.toggle.addEventListener("click", () => this.pause());
    this.mute.addEventListener("click", () => (video.muted = !video.muted));
    this.volume.addEventListener("input", () => Object.assign(video, { volume: Number(this.volume.value), muted: false }));
    this.speed.addEventListener("click", () => this.faster(1, true));
    this.words.addEventListener("click", () => this.subtitles());
    this.full.addEventListener("click", () => this.fill());
    video.addEventListener("click", () => this.pause());
    video.addEventListener("dblclick", () => this.fill());
    for (const name of ["timeupdate", "progress", "seeking", "seeked", "loadedmetadata", "durationchange"]) on(name, () => this.show());
    for (const name of ["play", "pause", "ended", "volumechange", "ratechange"]) on(name, () => this.state());
    on("waiting", () => this.wait(true));
    on("seeking", () => this.wait(true));
    for (const name of ["playing", "canplay", "seeked", "pause"]) on(name, () => this.wait(false));
    on("error", () => this.failed());
    video.querySelectorAll("source").forEach((source) => source.addEventListener("error", () => this.refused(source)));
    video.textTracks.addEventListener("addtrack", () => (this.words.hidden = false));
    for (const name of ["pointermove", "pointerdown", "focusin", "keydown"]) stage.addEventListener(name, () => this.stir());
    document.addEventListener("keydown", (event) => this.key(event));
  }

  /** The beginning is fetched while somebody's hand is on its way. */
  warm() {
    if (this.video.preload === "none" && !this.sure) this.video.preload = "metadata";
  }

  begin() {
    this.stage.classList.add("on");
    this.button.hidden = true;
    this.controls.hidden = false;
    this.stage.dispatchEvent(new Event("begun"));
    this.asked = performance.now();
    // A browser tells nobody what it was answered in the place of a film; where that takes long, it is asked at once.
    if (this.stage.dataset.fetched && this.last) this.refusal = refusal(this.last);
    if (this.sure) this.wrapped?.();
    this.video.preload = "auto";
    this.wait(true);
    this.say("Asking for the film");
    // Until the first frame is there the poster is.
    const first = () => {
      this.stage.classList.add("showing");
      this.stage.dataset.firstFrame = Math.round(performance.now() - this.asked);
    };
    if (this.video.requestVideoFrameCallback) this.video.requestVideoFrameCallback(first);
    else this.video.addEventListener("playing", first, { once: true });
    this.video.addEventListener("playing", () => this.stage.classList.add("showing"), { once: true });
    this.video.play().catch((reason) => {
      if (reason.name === "NotAllowedError") this.state();
    });
    this.bar.element.focus({ preventScroll: true });
    this.stir();
  }

  /** Another way to the film, for a browser that cannot open it as it is; `sure`: it is tried first. */
  otherwise(url, type, sure) {
    if (!Fragments.can(type)) return;
    this.wrapped = () => {
      this.wrapped = undefined;
      this.stage.classList.remove("broken");
      if (this.trouble) this.trouble.hidden = true;
      this.partly();
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
      if (this.trouble) this.trouble.hidden = true;
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
    this.words.setAttribute("aria-pressed", Boolean(shown));
    this.flash(shown ? `Subtitles: ${shown.label || shown.language || "on"}` : "No subtitles");
  }

  async seekPictures(url) {
    this.bar.pictures = await pictures(url).catch(() => []);
  }

  show() {
    Object.assign(this.bar, { origin: this.origin, duration: this.duration });
    this.bar.show();
    if (this.live) return void this.live.show();
    say(this.time, this.duration ? `${clock(this.video.currentTime)} / ${clock(this.duration)}` : clock(this.video.currentTime));
  }

  state() {
    const { video } = this;
    const swap = (button, way, label) => {
      button.replaceChildren(icon(way, way === PLAY));
      button.setAttribute("aria-label", label);
      button.title = label;
    };
    swap(this.toggle, video.paused ? PLAY : PAUSE, video.paused ? "Play (space)" : "Pause (space)");
    swap(this.mute, video.muted || !video.volume ? MUTE : LOUD, video.muted ? "Unmute (m)" : "Mute (m)");
    this.volume.value = video.muted ? 0 : video.volume;
    say(this.speed.lastChild, `${video.playbackRate}×`);
    this.stir();
  }

  wait(waits) {
    clearTimeout(this.late);
    if (!waits) this.waiting.hidden = true;
    // What is over in a moment is not worth a word.
    else this.late = setTimeout(() => (this.waiting.hidden = this.video.paused && this.video.readyState > 2), 250);
    if (!waits) this.say("");
  }

  /** What it waits for, in words. */
  say(words) {
    say(this.waiting.lastChild, words || "Waiting for more of the film");
  }

  flash(words) {
    const element = make("p", { class: "flash", role: "status" }, words);
    this.stage.append(element);
    setTimeout(() => element.remove(), 1500);
  }

  stir() {
    this.stage.classList.remove("idle");
    clearTimeout(this.rest);
    this.rest = setTimeout(() => {
      const used = this.controls.matches(":focus-within") && this.controls.querySelector(":focus-visible");
      if (!this.video.paused && !used) this.stage.classList.add("idle");
    }, IDLE_MS);
  }

  get last() {
    return this.video.querySelector("source:last-of-type");
  }

  async refused(source) {
    if (source !== this.last) return;
    const why = await (this.refusal || refusal(source));
    if (!why) return void this.broken(REASONS[4]);
    const [words, cure] = why;
    this.halt();
    this.tell(words, this.stage.dataset.fetched ? "" : cure);
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
    const cannot = this.stage.dataset.cannot;
    if (cannot) this.tell(`${reason} It has ${cannot}, which browsers do not decode.`, DECODED);
    else this.tell(reason);
  }

  halt() {
    this.wait(false);
    this.stage.classList.add("broken");
    this.stage.classList.remove("showing");
  }

  /** What is wrong, and what to do about it. */
  tell(words, cure = `Open it in VLC${this.stage.dataset.fetched ? "" : ", or watch it through your own peer"}.`) {
    if (!this.trouble) return;
    this.trouble.hidden = false;
    say(this.trouble, `${words} ${cure}`.trim());
  }

  /** What of it no browser decodes, where the rest can be had. */
  partly() {
    const { cannot } = this.stage.dataset;
    if (cannot) this.tell(`A part of it cannot be heard or seen here: ${cannot}.`, DECODED);
  }

  /** The same where there is nothing wrong. */
  tellMore(...parts) {
    if (!this.trouble) return;
    this.trouble.hidden = false;
    this.trouble.replaceChildren(...parts);
  }

  key(event) {
    if (event.ctrlKey || event.altKey || event.metaKey || event.target.matches("input:not([type=range]), textarea, select")) return;
    const onBar = event.target === this.bar.element;
    if (event.target.matches("button, a, input") && [" ", "Enter"].includes(event.key)) return;
    const { video } = this;
    const by = (step) => () => this.go(video.currentTime + step);
    const louder = (step) => () => Object.assign(video, { volume: Math.min(1, Math.max(0, video.volume + step)), muted: false });
    const calls = {
      " ": () => this.pause(), k: () => this.pause(), f: () => this.fill(), m: () => (video.muted = !video.muted),
      ArrowLeft: by(-5), ArrowRight: by(5), j: by(-10), l: by(10), ArrowUp: louder(0.05), ArrowDown: louder(-0.05),
      c: () => this.subtitles(), "[": () => this.faster(-1), "]": () => this.faster(1),
    };
    if (this.live) calls.End = () => this.live.toEdge();
    else if (onBar) Object.assign(calls, { Home: () => this.go(0), End: () => this.go(this.duration) });
    if (/^\d$/.test(event.key)) calls[event.key] = () => this.go(this.origin + (this.duration * Number(event.key)) / 10);
    const call = calls[event.key];
    const started = this.stage.classList.contains("on");
    if (!call || (!started && ![" ", "k"].includes(event.key)) || (event.target.matches("input[type=range]") && event.key.startsWith("Arrow"))) return;
    event.preventDefault();
    call();
    this.stir();
  }
}
