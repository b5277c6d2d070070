// A film that a browser cannot open as it is, as fragments that a peer wraps anew from any place on.

const [AHEAD_S, BEHIND_S, NEAR_S] = [30, 20, 0.5];

export class Fragments {
  /** `url` gives fragmented MP4 of this type from `?t=SECONDS` on, with the times of the film. */
  constructor(video, url, type, duration, failed) {
    Object.assign(this, { video, url, type, duration, failed });
    this.media = new MediaSource();
    this.media.addEventListener("sourceopen", () => this.open(), { once: true });
    video.addEventListener("seeking", () => this.seek());
    video.src = URL.createObjectURL(this.media);
  }

  static can(type) {
    return "MediaSource" in window && MediaSource.isTypeSupported(type);
  }

  open() {
    URL.revokeObjectURL(this.video.src);
    this.buffer = this.media.addSourceBuffer(this.type);
    if (this.duration) this.media.duration = this.duration;
    this.fetch(this.video.currentTime);
  }

  seek() {
    if (this.buffer && !this.holds(this.video.currentTime)) this.fetch(this.video.currentTime);
  }

  holds(time) {
    const ranges = this.buffer.buffered;
    for (let each = 0; each < ranges.length; each++) {
      if (ranges.start(each) - NEAR_S <= time && time < ranges.end(each)) return true;
    }
    return false;
  }

  /** From there on, until somebody goes elsewhere; what was on its way before is left. */
  async fetch(time) {
    this.leaving?.abort();
    const leaving = (this.leaving = new AbortController());
    try {
      const answer = await fetch(`${this.url}${this.url.includes("?") ? "&" : "?"}t=${time.toFixed(3)}`, { signal: leaving.signal });
      if (!answer.ok) throw new Error((await answer.text()).trim() || `it answered ${answer.status}`);
      await this.idle();
      if (leaving.signal.aborted) return;
      if (this.media.readyState === "open") this.buffer.abort();
      const reader = answer.body.getReader();
      for (;;) {
        const { done, value } = await reader.read();
        if (leaving.signal.aborted) return;
        if (done) break;
        await this.append(value, leaving.signal);
        await this.room(leaving.signal);
      }
      await this.idle();
      if (!leaving.signal.aborted) this.end();
    } catch (reason) {
      if (!leaving.signal.aborted) this.failed(reason.message);
    }
  }

  end() {
    const { buffered } = this.buffer;
    const last = buffered.length ? buffered.end(buffered.length - 1) : 0;
    // Said too early it would make the film as short as that.
    if (last < this.duration - 2) throw new Error("it ended before the film did");
    if (this.media.readyState === "open") this.media.endOfStream();
  }

  async append(bytes, signal) {
    await this.idle();
    if (signal.aborted) return;
    try {
      this.buffer.appendBuffer(bytes);
    } catch (reason) {
      if (reason.name !== "QuotaExceededError") throw reason;
      await this.forget(5);
      this.buffer.appendBuffer(bytes);
    }
    await this.idle();
  }

  /** Nothing more is read than will be seen soon: the peer is held up, and its disk left alone. */
  async room(signal) {
    const ahead = () => {
      const { buffered } = this.buffer;
      for (let each = 0; each < buffered.length; each++) {
        const now = this.video.currentTime;
        if (buffered.start(each) - NEAR_S <= now && now < buffered.end(each)) return buffered.end(each) - now;
      }
      return 0;
    };
    while (!signal.aborted && ahead() > AHEAD_S) {
      await new Promise((go) => setTimeout(go, 500));
      await this.forget(BEHIND_S);
    }
  }

  async forget(behind) {
    const until = this.video.currentTime - behind;
    if (until <= 0) return;
    await this.idle();
    this.buffer.remove(0, until);
    await this.idle();
  }

  idle() {
    if (!this.buffer.updating) return Promise.resolve();
    return new Promise((go) => this.buffer.addEventListener("updateend", go, { once: true }));
  }
}
