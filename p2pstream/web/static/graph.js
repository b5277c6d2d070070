// Rates over the last two minutes: received above the line, sent below it.

import { draw, make, rate } from "./page.js";

const SECONDS = 120;
const [WIDTH, HEIGHT] = [600, 150];
const MIDDLE = HEIGHT / 2;

export class Graph {
  constructor(parent) {
    this.samples = [];
    this.areas = { in: draw("path", { class: "area-in" }), out: draw("path", { class: "area-out" }) };
    this.most = make("span", { class: "graph-most" });
    const times = [make("span", { class: "graph-ago" }, "2 minutes ago"), make("span", { class: "graph-now" }, "now")];
    const line = draw("path", { d: `M0 ${MIDDLE}H${WIDTH}`, class: "graph-line" });
    const svg = draw("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, preserveAspectRatio: "none" }, this.areas.in, this.areas.out, line);
    parent.replaceChildren(svg, this.most, ...times);
    this.parent = parent;
  }

  /** One more sample, in bytes a second, at that time in seconds. */
  add(received, sent, time) {
    this.samples.push([time, received, sent]);
    while (this.samples.length && this.samples[0][0] < time - SECONDS) this.samples.shift();
    const most = Math.max(1e5, ...this.samples.flatMap(([, down, up]) => [down, up]));
    this.areas.in.setAttribute("d", this.area(time, 1, -1 / most));
    this.areas.out.setAttribute("d", this.area(time, 2, 1 / most));
    this.most.textContent = rate(most);
    this.parent.setAttribute("aria-label", `Receiving ${rate(received)}, sending ${rate(sent)}`);
  }

  area(now, column, scale) {
    const points = this.samples.map((sample) => {
      const x = WIDTH * (1 - (now - sample[0]) / SECONDS);
      return `${x.toFixed(1)} ${(MIDDLE + sample[column] * scale * (MIDDLE - 6)).toFixed(1)}`;
    });
    if (!points.length) return "";
    const first = points[0].split(" ")[0];
    return `M${first} ${MIDDLE}L${points.join("L")}L${WIDTH} ${MIDDLE}z`;
  }
}
