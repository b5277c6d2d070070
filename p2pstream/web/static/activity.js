// The page of what goes on, kept as it is.

import { Graph } from "./graph.js";
import { follow } from "./live.js";
import { draw, icon, keep, make, rate, say, size, clock } from "./page.js";
import { Swarm } from "./swarm.js";

const there = (id) => document.getElementById(id);
const DOWN = "M12 4v13M6.5 11.5L12 17l5.5-5.5M5 20.5h14";
const UP = "M12 20V7M6.5 12.5L12 7l5.5 5.5M5 3.5h14";
const SHOWN = 40;

const graph = new Graph(there("graph"));
const swarm = new Swarm(there("map"), there("map-nobody"));
let [received, sent] = [0, 0];

follow({ traffic, node }, (gone) => {
  there("lost").hidden = !gone;
  say(there("lost"), gone ? "The peer does not answer. What you see is how things stood; this goes on when it is back." : "");
  if (gone) [received, sent] = [0, 0];
});
setInterval(() => graph.add(received, sent, performance.now() / 1000), 1000);

function traffic({ transfers, fetches, totals, hashing }) {
  received = sum(transfers, "in", "rate");
  sent = sum(transfers, "out", "rate");
  say(there("rate-in"), rate(received));
  say(there("rate-out"), rate(sent));
  say(there("moved-in"), size(sum(totals, "in", "moved")));
  say(there("moved-out"), size(sum(totals, "out", "moved")));
  swarm.show(transfers);
  there("no-fetches").hidden = fetches.length > 0;
  keep(there("fetches"), fetches, (fetch) => fetch.key, fetchItem, showFetch);
  const newest = [...transfers].reverse().slice(0, SHOWN);
  there("no-transfers").hidden = newest.length > 0;
  there("table").hidden = newest.length === 0;
  keep(there("transfers"), newest, (transfer) => transfer.number, transferRow, showTransfer);
  reading(hashing);
}

function node(now) {
  const troubles = now.troubles.length ? `; ${now.troubles.join("; ")}` : "";
  say(there("standing"), now.ready ? `ready at ${now.address} for ${clock(now.uptime_s)}${troubles}` : `waits for ${now.waiting_for.join(", ")}`);
  say(there("connections"), String(now.connections));
}

function sum(values, direction, field) {
  return values.reduce((all, each) => (each.direction === direction ? all + each[field] : all), 0);
}

function reading(hashing) {
  const note = there("reading");
  if (!note) return;
  note.hidden = !hashing.files;
  const bar = note.querySelector("progress");
  [bar.max, bar.value] = [Math.max(1, hashing.length), hashing.done];
  const files = hashing.files === 1 ? "1 file" : `${hashing.files} files`;
  say(note.querySelector("p"), `${files} not read yet: ${size(hashing.done)} of ${size(hashing.length)}. Until then they are had from here by name, and are not listed.`);
}

function fetchItem(fetch) {
  const line = make("div", { class: "line" }, make("bdi", {}, fetch.name), make("span", { class: "number" }), make("span", { class: "number" }));
  const bar = draw("svg", { viewBox: "0 0 1000 8", preserveAspectRatio: "none", class: "bar", role: "img", "aria-label": "Which parts are here" });
  return make("li", {}, line, bar, make("p", { class: "small soft" }));
}

function showFetch(item, fetch) {
  const [, part, speed] = item.querySelector(".line").children;
  const here = fetch.have.reduce((all, [start, stop]) => all + stop - start, 0);
  say(part, fetch.length ? `${size(here)} of ${size(fetch.length)}` : size(here));
  say(speed, fetch.rate >= 1 && here !== fetch.length ? rate(fetch.rate) : "");
  const place = (position) => ((1000 * position) / (fetch.length || Math.max(1, ...fetch.have.map(([, stop]) => stop)))).toFixed(1);
  const parts = fetch.have.map(([start, stop]) => draw("rect", { x: place(start), width: place(stop - start), height: 8 }));
  const at = fetch.playing.map((position) => draw("rect", { x: place(position), width: 3, height: 8, class: "at" }));
  item.querySelector("svg").replaceChildren(...parts, ...at);
  say(item.querySelector("p"), fetch.waiting_for || (fetch.users === 1 ? "1 reader" : `${fetch.users} readers`));
}

function transferRow(transfer) {
  const comes = transfer.direction === "in";
  const way = make("td", { class: comes ? "dot-in" : "dot-out" }, icon(comes ? DOWN : UP), make("span", { class: "hush" }, comes ? "from" : "to"));
  const who = make("td", {}, make("code", {}, transfer.address), make("br"), make("span", { class: "small soft" }, transfer.protocol));
  return make("tr", {}, way, make("td", {}, make("bdi", {}, transfer.name || "–")), who, make("td", { class: "number" }), make("td", { class: "number" }));
}

function showTransfer(row, transfer) {
  say(row.cells[3], size(transfer.moved));
  say(row.cells[4], rate(transfer.rate));
}
