// What all scripts share: making elements, and writing numbers as people do.

const SVG = "http://www.w3.org/2000/svg";

/** An element with attributes, and children that are elements or text. */
export function make(name, attributes = {}, ...children) {
  return fill(document.createElement(name), attributes, children);
}

/** The same, of SVG. */
export function draw(name, attributes = {}, ...children) {
  return fill(document.createElementNS(SVG, name), attributes, children);
}

function fill(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === true) element.setAttribute(name, "");
    else if (value !== false && value !== null && value !== undefined) element.setAttribute(name, value);
  }
  element.append(...children.flat().filter((child) => child !== null && child !== undefined));
  return element;
}

/** A picture of one stroke in a button. */
export function icon(way, filled = false) {
  const stroke = { d: way, stroke: "currentColor", "stroke-width": 1.9, "stroke-linecap": "round", "stroke-linejoin": "round" };
  return draw("svg", { viewBox: "0 0 24 24", "aria-hidden": "true" }, draw("path", filled ? { ...stroke, fill: "currentColor" } : stroke));
}

/** Seconds on a clock: 0:07, 12:34, 1:02:03. */
export function clock(seconds) {
  const whole = Math.max(0, Math.floor(seconds || 0));
  const two = (number) => String(number).padStart(2, "0");
  const [hours, minutes, rest] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  return hours ? `${hours}:${two(minutes)}:${two(rest)}` : `${minutes}:${two(rest)}`;
}

/** Bytes: 999 B, 1.5 MB. */
export function size(count) {
  for (const unit of ["B", "kB", "MB", "GB"]) {
    if (count < 999.5) return unit === "B" ? `${Math.round(count)} B` : `${count.toFixed(1)} ${unit}`;
    count /= 1000;
  }
  return `${count.toFixed(1)} TB`;
}

/** Bytes a second. */
export const rate = (bytes) => (bytes < 1 ? "–" : `${size(bytes)}/s`);

/** Sets a text only where it is another, so that no screen reader says it twice. */
export function say(element, text) {
  if (element && element.textContent !== text) element.textContent = text;
}

/** Puts one child for each value, keeping those whose key is there already, in the order of the values. */
export function keep(parent, values, key, born, update) {
  const there = new Map([...parent.children].map((child) => [child.dataset.key, child]));
  let place = parent.firstElementChild;
  for (const value of values) {
    const name = String(key(value));
    let child = there.get(name);
    if (child) there.delete(name);
    else {
      child = born(value);
      child.dataset.key = name;
    }
    update(child, value);
    if (child === place) place = place.nextElementSibling;
    else parent.insertBefore(child, place);
  }
  for (const child of there.values()) child.remove();
}
