// What happens on the node, as it tells it.

/** Calls `told[topic](value)` for each event; `lost(gone)` says whether the node is silent. */
export function follow(told, lost = () => {}) {
  const source = new EventSource("/events");
  source.addEventListener("open", () => lost(false));
  source.addEventListener("error", () => lost(true));
  for (const [topic, call] of Object.entries(told)) {
    source.addEventListener(topic, (event) => call(JSON.parse(event.data)));
  }
  // A page that is left must not hold one of the few connections that a browser has.
  addEventListener("pagehide", () => source.close());
  return source;
}
