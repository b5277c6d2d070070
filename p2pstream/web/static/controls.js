// What a film is steered with, and what stands over it: buttons below, a word while it waits.

import { icon, make, say } from "./page.js";

const PLAY = "M7 4.5v15l12-7.5z";
const PAUSE = "M8 5v14M16 5v14";
const LOUD = "M4 9.5v5h3.5L12 18.5v-13L7.5 9.5zM15.5 9a4.5 4.5 0 0 1 0 6M18 6.5a8 8 0 0 1 0 11";
const MUTE = "M4 9.5v5h3.5L12 18.5v-13L7.5 9.5zM16 9.5l5 5M21 9.5l-5 5";
const WIDE = "M4 9V4h5M15 4h5v5M20 15v5h-5M9 20H4v-5";
const WORDS = "M3 5h18v14H3zM6.5 14.5h5M14 14.5h3.5M6.5 11h3M12 11h5.5";
const IDLE_MS = 2600;

export class Controls {
  /** `player` does what is asked for; the element of `bar` stands above the buttons. */
  constructor(player, bar) {
    Object.assign(this, { player, stage: player.stage, video: player.video });
    this.build(bar);
    this.listen();
  }

  build(bar) {
    const button = (name, way, label) => make("button", { type: "button", class: `control ${name}`, "aria-label": label, title: label }, icon(way, way === PLAY));
    this.toggle = button("toggle", PLAY, "Play (space)");
    this.mute = button("mute", LOUD, "Mute (m)");
    this.volume = make("input", { type: "range", min: 0, max: 1, step: 0.05, value: 1, class: "volume", "aria-label": "Volume" });
    this.time = make("span", { class: "number" }, "0:00");
    this.speed = make("button", { type: "button", class: "control speed", title: "Speed ([ and ])" }, make("span", { class: "hush" }, "Speed "), make("span", {}, "1×"));
    this.words = button("words", WORDS, "Subtitles (c)");
    this.full = button("full", WIDE, "Full screen (f)");
    this.waiting = make("p", { class: "waiting", role: "status", hidden: true }, make("span", { class: "turning", "aria-hidden": "true" }), make("span"));
    const row = make("div", { class: "controls-row" }, this.toggle, this.time, this.mute, this.volume, make("span", { class: "push" }), this.speed, this.words, this.full);
    this.element = make("div", { class: "controls", hidden: true }, bar.element, row);
    this.stage.append(this.waiting, this.element);
    this.words.hidden = !this.video.textTracks.length;
  }

  listen() {
    const { player, stage, video } = this;
    const on = (name, call) => video.addEventListener(name, call);
    this.toggle.addEventListener("click", () => player.pause());
    this.mute.addEventListener("click", () => (video.muted = !video.muted));
    this.volume.addEventListener("input", () => Object.assign(video, { volume: Number(this.volume.value), muted: false }));
    this.speed.addEventListener("click", () => player.faster(1, true));
    this.words.addEventListener("click", () => player.subtitles());
    this.full.addEventListener("click", () => player.fill());
    for (const name of ["play", "pause", "ended", "volumechange", "ratechange"]) on(name, () => this.state());
    on("waiting", () => this.wait(true));
    on("seeking", () => this.wait(true));
    for (const name of ["playing", "canplay", "seeked", "pause"]) on(name, () => this.wait(false));
    video.textTracks.addEventListener("addtrack", () => (this.words.hidden = false));
    for (const name of ["pointermove", "pointerdown", "focusin", "keydown"]) stage.addEventListener(name, () => this.stir());
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
      const used = this.element.matches(":focus-within") && this.element.querySelector(":focus-visible");
      if (!this.video.paused && !used) this.stage.classList.add("idle");
    }, IDLE_MS);
  }
}
