// The page of a film: its player, and what only a script can find out.

import { follow } from "./live.js";
import { keep, make, rate, say, size } from "./page.js";
import { Player } from "./player.js";

const stage = document.querySelector("[data-player]");
const player = stage && new Player(stage);
let asked = false;
if (stage && stage.dataset.live && !stage.dataset.fetched) player.broadcast(stage.dataset.live.split(" "));
else if (stage && stage.dataset.side) {
  // Nobody is asked for a film of others because a link led here: only once somebody means to watch it.
  if (!stage.dataset.fetched) belongings(stage.dataset.side);
  else {
    for (const name of ["pointerenter", "focus"]) player.button.addEventListener(name, meant);
    stage.addEventListener("begun", meant);
  }
}
if (stage && stage.dataset.fetched) fetching(stage.dataset.fetched);

function meant() {
  if (!asked) belongings(stage.dataset.side);
  asked = true;
}

/**
 * What belongs to the film: its picture, seek pictures, subtitles, and what a browser can do with it; from
 * the first of those who have it that answers.
 */
async function belongings(sides) {
  let answer;
  for (const side of sides.split(" ")) {
    answer = await fetch(`${side}/facts.json`).catch(() => null);
    if (answer && answer.ok) break;
  }
  if (!answer || !answer.ok) return;
  const facts = await answer.json();
  // The first who has all of the film; better, who told what is in it.
  const remuxes = (stage.dataset.remux || "").split(" ");
  const { origin } = new URL(answer.url);
  const remux = remuxes.find((each) => new URL(each, location).origin === origin) || remuxes[0];
  const whole = (url) => new URL(url, answer.url).href;
  if (facts.duration) player.length = facts.duration;
  const cannot = (facts.cannot || []).join(", ");
  if (cannot) stage.dataset.cannot = cannot;
  if (facts.plays === "live") {
    // There is no file before it has ended.
    document.querySelector("a[download]")?.remove();
    player.broadcast([stage.dataset.live]);
  } else if (facts.plays === "no") player.broken("A browser cannot play this film.");
  else {
    player.trouble.tellPart();
    if (facts.plays === "remux" && remux) player.otherwise(remux, facts.mime, true);
  }
  if (facts.picture) stage.querySelector(".poster").append(make("img", { src: whole(facts.picture), alt: "" }));
  if (facts.seek) player.seekPictures(whole(facts.seek));
  for (const each of facts.subtitles || []) {
    const track = make("track", { kind: "subtitles", src: whole(each.url), label: each.label, srclang: each.language || "und" });
    track.addEventListener("load", () => above(track.track));
    player.video.append(track);
  }
  player.show();
}

/** Words stand above the bar, also while that is shown. */
function above(track) {
  const { mode } = track;
  // Chromium draws what is on screen where it was, until it is shown again.
  track.mode = "hidden";
  for (const cue of track.cues) if (cue.line === "auto") cue.line = -5;
  track.mode = mode;
}

/** How the peer is getting on with it. */
function fetching(name) {
  const [words, list] = [document.getElementById("fetching"), document.getElementById("sources")];
  follow({
    traffic({ fetches, transfers }) {
      const fetch = fetches.find((each) => each.name === name || each.key === name);
      if (!fetch) return;
      const here = fetch.have.reduce((all, [start, stop]) => all + stop - start, 0);
      const length = fetch.length || 0;
      player.bar.arrived(length ? fetch.have.map(([start, stop]) => [start / length, stop / length]) : []);
      player.controls.say(fetch.waiting_for);
      if (fetch.key.startsWith("p2ps:l-")) {
        say(words, `${size(here)} of the broadcast is here, each byte proven, ${rate(fetch.rate)}, and given on${fetch.waiting_for ? `; ${fetch.waiting_for}` : ""}`);
        return;
      }
      const done = length && here >= length;
      say(words, done ? `All of it is here, ${size(length)}, and proven.` : `${size(here)} of ${size(length)} is here, ${rate(fetch.rate)}${fetch.waiting_for ? `; ${fetch.waiting_for}` : ""}`);
      const givers = transfers.filter((each) => each.direction === "in" && each.key === fetch.key);
      keep(list, givers, (each) => each.number, giver, (item, each) => {
        say(item.querySelector(".moved"), size(each.moved));
        say(item.querySelector(".rate"), rate(each.rate));
      });
    },
  });
}

function giver(transfer) {
  const numbers = [make("span", { class: "number moved" }), make("span", { class: "number rate" })];
  return make("li", {}, make("div", { class: "line" }, make("code", {}, transfer.address), ...numbers));
}
