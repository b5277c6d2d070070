// What keys do to a film.

/** What that key does; nothing where it does nothing there. */
function call(player, key, onBar) {
  const { video } = player;
  const by = (step) => () => player.go(video.currentTime + step);
  const louder = (step) => () => Object.assign(video, { volume: Math.min(1, Math.max(0, video.volume + step)), muted: false });
  const calls = {
    " ": () => player.pause(), k: () => player.pause(), f: () => player.fill(), m: () => (video.muted = !video.muted),
    ArrowLeft: by(-5), ArrowRight: by(5), j: by(-10), l: by(10), ArrowUp: louder(0.05), ArrowDown: louder(-0.05),
    c: () => player.subtitles(), "[": () => player.faster(-1), "]": () => player.faster(1),
  };
  if (player.live) calls.End = () => player.live.toEdge();
  else if (onBar) Object.assign(calls, { Home: () => player.go(0), End: () => player.go(player.duration) });
  if (/^\d$/.test(key)) calls[key] = () => player.go(player.origin + (player.duration * Number(key)) / 10);
  return calls[key];
}

/** Have `player` do what keys say, but those that somebody writes with. */
export function obey(player) {
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey || event.target.matches("input:not([type=range]), textarea, select")) return;
    if (event.target.matches("button, a, input") && [" ", "Enter"].includes(event.key)) return;
    const done = call(player, event.key, event.target === player.bar.element);
    const started = player.stage.classList.contains("on");
    if (!done || (!started && ![" ", "k"].includes(event.key)) || (event.target.matches("input[type=range]") && event.key.startsWith("Arrow"))) return;
    event.preventDefault();
    done();
    player.controls.stir();
  });
}
