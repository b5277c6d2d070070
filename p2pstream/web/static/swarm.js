// Who gives what to whom: those who give on the left, those who take on the right, we between them.

import { clock, draw, rate } from "./page.js";

const MOST = 8;
const ROW = 58;
/** Where those who give, we, and those who take are; on a phone all others are on one side. */
const WIDE = { width: 960, in: 290, us: 480, out: 670 };
const NARROW = { width: 420, in: 130, us: 34, out: 130 };

export class Swarm {
  constructor(parent, nobody) {
    this.parent = parent;
    this.nobody = nobody;
    this.svg = draw("svg", { viewBox: `0 0 ${WIDE.width} ${2 * ROW}`, class: "swarm" });
    parent.append(this.svg);
  }

  show(transfers) {
    const sides = { in: gathered(transfers, "in"), out: gathered(transfers, "out") };
    const narrow = this.parent.clientWidth < 600;
    const place = narrow ? NARROW : WIDE;
    const counts = [sides.in, sides.out].map((side) => Math.min(MOST, side.length));
    const rows = Math.max(1, narrow ? counts[0] + counts[1] : Math.max(...counts));
    const height = rows * ROW + 24;
    const empty = !sides.in.length && !sides.out.length;
    this.nobody.hidden = !empty;
    this.svg.toggleAttribute("hidden", empty);
    if (empty) return;
    this.svg.setAttribute("viewBox", `0 0 ${place.width} ${height}`);
    const middle = height / 2;
    const parts = [];
    for (const side of ["in", "out"]) {
      const shown = sides[side].slice(0, MOST);
      const most = Math.max(1, ...shown.map((each) => each.rate));
      shown.forEach((each, row) => {
        const before = narrow && side === "out" ? counts[0] : 0;
        const y = middle + (row + before - ((narrow ? rows : shown.length) - 1) / 2) * ROW;
        parts.push(...this.one(side, each, y, middle, most, place));
      });
      const more = sides[side].length - shown.length;
      if (more > 0) parts.push(draw("text", { x: place[side], y: height - 4, class: "swarm-small", "text-anchor": "middle" }, `and ${more} more`));
    }
    const us = draw("g", { class: "swarm-us" }, draw("circle", { cx: place.us, cy: middle, r: 30 }), draw("path", { d: `M${place.us - 9} ${middle - 13}v26l21-13z` }));
    this.svg.replaceChildren(...parts, us);
  }

  one(side, peer, y, middle, most, place) {
    const near = place[side];
    const left = near < place.us;
    const us = place.us + (left ? -32 : 32);
    const bend = (near + us) / 2;
    const [from, to] = side === "in" ? [[near, y], [us, middle]] : [[us, middle], [near, y]];
    const way = `M${from[0]} ${from[1]}C${bend} ${from[1]} ${bend} ${to[1]} ${to[0]} ${to[1]}`;
    const width = peer.rate < 1 ? 1.2 : 1.5 + 6 * Math.sqrt(peer.rate / most);
    const line = draw("path", { d: way, class: `swarm-line swarm-${side}`, "stroke-width": width.toFixed(1) });
    const flow = peer.rate < 1 ? null : draw("path", { d: way, class: `swarm-flow swarm-${side}`, "stroke-width": Math.max(1.5, width - 2).toFixed(1) });
    const text = left ? { x: near - 16, "text-anchor": "end" } : { x: near + 16 };
    const what = peer.names.size > 1 ? `${peer.names.size} films` : shortened([...peer.names][0] || "");
    return [
      line,
      flow,
      draw("circle", { cx: near, cy: y, r: 6, class: `swarm-dot swarm-${side}` }),
      draw("text", { ...text, y: y - 3, class: "swarm-name" }, peer.address),
      draw("text", { ...text, y: y + 15, class: "swarm-small" }, `${rate(peer.rate)} · ${what}`, draw("title", {}, `since ${clock(peer.age)}`)),
    ].filter(Boolean);
  }
}

/** One entry for each peer, the quickest first. */
function gathered(transfers, direction) {
  const peers = new Map();
  for (const each of transfers) {
    if (each.direction !== direction) continue;
    // A peer that dials us again comes from another port.
    const key = each.id || each.address;
    const here = /^(127\.0\.0\.1|\[::1\]):/.test(each.address);
    const peer = peers.get(key) || { address: here ? "this machine" : each.address, rate: 0, names: new Set(), age: 0 };
    peer.rate += each.rate;
    peer.names.add(each.name);
    peer.age = Math.max(peer.age, each.age_s);
    peers.set(key, peer);
  }
  return [...peers.values()].sort((one, other) => other.rate - one.rate);
}

const shortened = (name) => (name.length > 24 ? `${name.slice(0, 13)}…${name.slice(-9)}` : name);
