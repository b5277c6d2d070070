// Folders and limits, changed by whoever sits at this machine.

import { follow } from "./live.js";
import { keep, make, say, size } from "./page.js";

const there = (id) => document.getElementById(id);
const token = document.querySelector("meta[name=token]").content;
const FIELDS = ["upload", "download", "cache"];

/** Has the peer change something; the reason why not is raised, in words. */
async function change(method, path, body) {
  const answer = await fetch(path, {
    method,
    headers: { "Content-Type": "application/json", "X-P2PStream-Token": token },
    body: JSON.stringify(body),
  }).catch(() => null);
  if (!answer) throw new Error("The peer does not answer.");
  if (!answer.ok) {
    const problem = await answer.json().catch(() => ({}));
    throw new Error(problem.detail || problem.title || `It was refused (${answer.status}).`);
  }
}

const tell = (element, words) => {
  element.hidden = !words;
  say(element, words);
};

there("add").addEventListener("submit", async (event) => {
  event.preventDefault();
  const [field, trouble] = [there("path"), there("path-trouble")];
  try {
    await change("PUT", "/api/v1/folders", { path: field.value.trim() });
    field.value = "";
    field.removeAttribute("aria-invalid");
    tell(trouble, "");
  } catch (reason) {
    field.setAttribute("aria-invalid", "true");
    tell(trouble, reason.message);
    field.focus();
  }
});

there("folders").addEventListener("click", async (event) => {
  const button = event.target.closest("[data-remove]");
  if (!button) return;
  // A second press removes it: what is being fetched from it is cut off.
  if (!button.dataset.sure) {
    button.dataset.sure = "yes";
    button.textContent = "Remove it?";
    setTimeout(() => {
      delete button.dataset.sure;
      button.textContent = "Remove";
    }, 4000);
    return;
  }
  button.disabled = true;
  await change("DELETE", "/api/v1/folders", { path: button.dataset.remove }).catch((reason) => tell(there("path-trouble"), reason.message));
  button.disabled = false;
});

there("limits").addEventListener("submit", async (event) => {
  event.preventDefault();
  const form = event.target;
  const limits = { local: form.elements.local.checked };
  for (const name of FIELDS) {
    const field = form.elements[name];
    limits[name] = field.value === "" ? null : Math.round(field.value * field.dataset.unit);
  }
  const said = there("limits-said");
  try {
    await change("PUT", "/api/v1/limits", limits);
    say(said, "Saved; it holds from now on.");
  } catch (reason) {
    say(said, reason.message);
  }
});

follow({
  folders: (folders) => keep(there("folders"), folders, (folder) => folder.path, folderItem, showFolder),
  centrals: (centrals) => keep(there("centrals"), centrals, (each) => each.central, centralItem, showCentral),
  limits: (limits) => {
    for (const name of FIELDS) {
      const field = there("limits").elements[name];
      if (field !== document.activeElement) field.value = limits[name] === null ? "" : limits[name] / field.dataset.unit;
    }
    there("limits").elements.local.checked = limits.local;
  },
});

function folderItem(folder) {
  const remove = make("button", { type: "button", class: "button slim bare", "data-remove": folder.path, "aria-label": `Remove ${folder.path}` }, "Remove");
  const line = make("div", { class: "line" }, make("code", {}, folder.path), make("span", { class: "number" }), remove);
  const settings = folder.added ? null : make("p", { class: "small soft" }, "from the settings: it is back at the next start");
  return make("li", {}, line, settings);
}

function showFolder(item, folder) {
  const files = folder.streams === 1 ? "1 file" : `${folder.streams || "no"} files`;
  say(item.querySelector(".number"), folder.looked ? `${files}, ${size(folder.length)}` : "being looked at");
  let trouble = item.querySelector(".bad");
  if (!folder.trouble) trouble?.remove();
  else {
    if (!trouble) item.append((trouble = make("p", { class: "small bad" })));
    say(trouble, folder.trouble);
  }
}

function centralItem(central) {
  return make("li", {}, make("div", { class: "line" }, make("code", {}, central.central), make("span")));
}

function showCentral(item, central) {
  const tag = item.querySelector(".line").lastElementChild;
  tag.className = central.listed === null ? "tag" : central.listed ? "tag good" : "tag bad";
  say(tag, central.listed === null ? "asking" : central.listed ? "listed" : "not listed");
  const reached = central.reachable === null ? "" : central.reachable ? `others reach it at ${central.observed}` : "nobody can dial it from there";
  const words = [central.reason, reached, central.advice].filter(Boolean);
  item.querySelectorAll("p").forEach((each) => each.remove());
  item.append(...words.map((each) => make("p", { class: "small soft" }, each)));
}
