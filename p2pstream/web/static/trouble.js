// Why a film is not shown, in words, and what to do about it.

import { make, say } from "./page.js";

/** What to do about a film that no browser decodes, wherever it comes from. */
const DECODED = "Open it in VLC, or with p2p-play.";

const ELSEWHERE = "Try it through your own peer.";
/** It is nothing that players should be given, whoever has it. */
const REFUSED = 415;

/** By the code of a `MediaError`. */
export const REASONS = {
  2: "The connection to the peer broke.",
  3: "A part of the film could not be decoded.",
  4: "This browser cannot play it.",
};

/** Whether browsers take nothing from there for this page (Mixed Content, W3C); of their own machine they do. */
function isBlocked(url) {
  const { protocol, hostname } = new URL(url);
  return location.protocol === "https:" && protocol === "http:" && !/^(localhost|127\..*|\[::1\])$/.test(hostname);
}

/** Why a film is not given, in a sentence, and what to do about it; nothing where it is. */
export async function refusal(source) {
  const asked = { cache: "no-store", headers: { Range: "bytes=0-0" } }; // In the cache the film would wait for this.
  const answer = await fetch(source.src, asked).catch(() => null);
  if (!answer) return ["Whoever has it cannot be reached from here.", ELSEWHERE];
  if (answer.ok) return void answer.body.cancel();
  const said = (await answer.text()).trim() || "it is not given";
  const why = `${said[0].toUpperCase()}${said.slice(1).replace(/[.?]?$/, (end) => end || ".")}`;
  return [why, answer.status === REFUSED ? "" : ELSEWHERE];
}

/** The place below a film where that stands; a page may have none. */
export class Trouble {
  constructor(stage) {
    this.stage = stage;
    this.element = document.getElementById("trouble");
    const sources = [...stage.querySelectorAll("source")];
    this.blocked = sources.length > 0 && sources.every((each) => isBlocked(each.src));
    if (this.blocked) this.tellBlocked();
  }

  /** Why there is nothing to be seen, and what helps. */
  tellBlocked() {
    const plain = make("a", { href: location.href.replace(/^https/, "http") }, "Open it by http");
    this.tellMore("This page came by https, and from there browsers take nothing by http, as peers send films. ", plain, ", or watch through your own peer.");
  }

  hide() {
    if (this.element) this.element.hidden = true;
  }

  /** What is wrong, and what to do about it. */
  tell(words, cure = `Open it in VLC${this.stage.dataset.fetched ? "" : ", or watch it through your own peer"}.`) {
    if (!this.element) return;
    this.element.hidden = false;
    say(this.element, `${words} ${cure}`.trim());
  }

  /** The film broke for that reason: what is in it may say why. */
  tellBroken(reason) {
    const { cannot } = this.stage.dataset;
    if (this.blocked) this.tellBlocked();
    else if (cannot) this.tell(`${reason} It has ${cannot}, which browsers do not decode.`, DECODED);
    else this.tell(reason);
  }

  /** What of it no browser decodes, where the rest can be had. */
  tellPart() {
    const { cannot } = this.stage.dataset;
    if (cannot) this.tell(`A part of it cannot be heard or seen here: ${cannot}.`, DECODED);
  }

  /** Words and links, where there is nothing wrong, too. */
  tellMore(...parts) {
    if (!this.element) return;
    this.element.hidden = false;
    this.element.replaceChildren(...parts);
  }
}
