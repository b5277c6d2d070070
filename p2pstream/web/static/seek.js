// The bar under a film: what was played, what is here, and a picture of where the pointer is.

import { clock, make } from "./page.js";

const MOST = 64;

/** WebVTT whose cues are parts of sheets: [{start, stop, url, x, y, width, height}]. */
export async function pictures(url) {
  const answer = await fetch(url);
  if (!answer.ok) return [];
  const found = [];
  for (const block of (await answer.text()).split(/\r?\n\r?\n/)) {
    const [times, way] = block.trim().split(/\r?\n/).slice(-2);
    const span = /^([\d:.]+) --> ([\d:.]+)/.exec(times || "");
    const part = /^(.*)#xywh=(\d+),(\d+),(\d+),(\d+)$/.exec(way || "");
    if (!span || !part) continue;
    const [x, y, width, height] = part.slice(2).map(Number);
    found.push({ start: seconds(span[1]), stop: seconds(span[2]), url: new URL(part[1], answer.url).href, x, y, width, height });
  }
  return found;
}

function seconds(text) {
  return text.split(":").reduce((sum, part) => 60 * sum + Number(part), 0);
}

/** A gradient that paints these parts of 0 to 1. */
function painted(parts, colour) {
  const stops = parts.slice(0, MOST).flatMap(([start, stop]) => {
    const [from, to] = [`${(100 * start).toFixed(2)}%`, `${(100 * stop).toFixed(2)}%`];
    return [`transparent ${from}`, `${colour} ${from}`, `${colour} ${to}`, `transparent ${to}`];
  });
  return stops.length ? `linear-gradient(to right, ${stops.join(",")})` : "none";
}

export class SeekBar {
  /** `wanted(seconds)` is called when somebody goes somewhere. */
  constructor(video, wanted) {
    this.video = video;
    this.wanted = wanted;
    [this.origin, this.duration] = [0, 0];
    this.pictures = [];
    this.here = make("div", { class: "seek-part seek-here" });
    this.loaded = make("div", { class: "seek-part seek-loaded" });
    this.played = make("div", { class: "seek-part seek-played" });
    this.dot = make("div", { class: "seek-dot" });
    this.picture = make("div", { class: "seek-picture", hidden: true });
    this.time = make("span");
    this.tip = make("div", { class: "seek-tip", hidden: true, "aria-hidden": "true" }, this.picture, this.time);
    const track = make("div", { class: "seek-track" }, this.here, this.loaded, this.played);
    this.element = make("div", { class: "seek", role: "slider", tabindex: "0", "aria-label": "Position", "aria-valuemin": "0" }, track, this.dot, this.tip);
    this.element.addEventListener("pointerdown", (event) => this.grasp(event));
    this.element.addEventListener("pointermove", (event) => this.point(event));
    this.element.addEventListener("pointerleave", () => (this.tip.hidden = true));
  }

  fraction(event) {
    const box = this.element.getBoundingClientRect();
    return Math.min(1, Math.max(0, (event.clientX - box.left) / box.width));
  }

  grasp(event) {
    if (event.button || !this.duration) return;
    event.preventDefault();
    this.element.setPointerCapture(event.pointerId);
    this.held = this.fraction(event);
    this.show();
    const end = (last) => {
      this.element.removeEventListener("pointerup", end);
      this.element.removeEventListener("pointercancel", end);
      if (last.type === "pointerup") this.wanted(this.origin + this.held * this.duration);
      this.held = undefined;
    };
    this.element.addEventListener("pointerup", end);
    this.element.addEventListener("pointercancel", end);
  }

  point(event) {
    if (!this.duration) return;
    const fraction = this.fraction(event);
    if (this.held !== undefined) {
      this.held = fraction;
      this.show();
    }
    const at = fraction * this.duration;
    this.time.textContent = clock(at);
    this.tip.hidden = false;
    this.sheet(this.pictures.find((each) => each.start <= at && at < each.stop));
    const [half, width] = [this.tip.offsetWidth / 2, this.element.offsetWidth];
    this.tip.style.left = `${Math.min(Math.max(fraction * width, half), width - half)}px`;
  }

  sheet(part) {
    this.picture.hidden = !part;
    if (!part) return;
    const style = this.picture.style;
    style.width = `${part.width}px`;
    style.height = `${part.height}px`;
    style.backgroundImage = `url("${part.url}")`;
    style.backgroundPosition = `-${part.x}px -${part.y}px`;
  }

  /** What the peer has of the film, as parts of 0 to 1. */
  arrived(parts) {
    this.here.style.backgroundImage = painted(parts, "rgb(255 255 255 / .38)");
  }

  show() {
    const { video, origin, duration } = this;
    const at = this.held === undefined ? video.currentTime - origin : this.held * duration;
    const fraction = duration ? Math.min(1, Math.max(0, at / duration)) : 0;
    const parts = [];
    for (let each = 0; duration && each < video.buffered.length; each++) {
      parts.push([(video.buffered.start(each) - origin) / duration, (video.buffered.end(each) - origin) / duration]);
    }
    this.loaded.style.backgroundImage = painted(parts, "rgb(255 255 255 / .6)");
    this.played.style.transform = `scaleX(${fraction})`;
    this.dot.style.left = `${100 * fraction}%`;
    this.element.setAttribute("aria-valuemax", Math.round(duration));
    this.element.setAttribute("aria-valuenow", Math.round(at));
    this.element.setAttribute("aria-valuetext", `${clock(at)} of ${clock(duration)}`);
  }
}
