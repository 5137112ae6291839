/** Frames: cut, kept, sent until they are answered for good. `web/PROTOCOL.md` says what they are. */
import type { Page } from './page.js';
import type { Options } from './types.js';

/** A frame ends with the series that crosses this. */
const FRAME_BYTES = 50_000;
/** What one may ask to be sent while a page goes: the browser's own limit is 64 KiB, for all requests together. */
const LEAVING_BYTES = 60_000;
const LEAVING_FRAMES = 9;
/** How much of its own may wait for an answer, and twice that when it leaves; what is counted then stays in the module. */
const MAX_FRAMES = 200;
const MAX_BYTES = 1_000_000;
const EXPIRY_MS = 24 * 3600_000;
const REPEAT_MS = 60_000;

// Before anything wraps it to measure requests.
const request: typeof fetch | undefined = globalThis.fetch?.bind(globalThis);

const bodyOf = (frame: string): string => frame.slice(frame.indexOf('#'));

export class Sender {
  private _session = Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join('');
  private _sequence = 0;
  /** By key: the time of the cut, a blank, and the bytes. */
  private _frames = new Map<string, string>();
  private _inFlight = new Set<string>();
  private _draining: Promise<void> | undefined;
  private _failures = 0;
  private _retryAt = 0;
  /** Until when the endpoint has told us to wait. */
  private _toldUntil = 0;
  private _repeatedAt = Date.now();
  private _endpoint: string;
  private _prefix: string;
  /** What the keys of its own frames begin with. */
  private _own: string;
  private _app: string;
  private _timer: ReturnType<typeof setInterval>;

  constructor(private _page: Page, options: Options, private _weight: number) {
    this._endpoint = options.endpoint!;
    this._prefix = `p95 ${this._endpoint} `;
    this._own = `${this._prefix}${this._session} `;
    this._app = encodeURIComponent(options.app || '-');
    this._timer = setInterval(this._tick, options.flushInterval ?? 15_000);
    globalThis.document?.addEventListener('visibilitychange', this._hidden);
    globalThis.addEventListener?.('pagehide', this._leave);
    globalThis.addEventListener?.('online', this._online);
    void this._adopt();
  }

  _stop(): void {
    clearInterval(this._timer);
    globalThis.document?.removeEventListener('visibilitychange', this._hidden);
    globalThis.removeEventListener?.('pagehide', this._leave);
    globalThis.removeEventListener?.('online', this._online);
  }

  /** Sends what has come, now. */
  async _flush(): Promise<void> {
    this._cut();
    // A round that is under way may have looked at the frames before this one came.
    await this._draining;
    await this._drain();
  }

  /** Sends all at once: nobody will be here to wait for one answer after the other. */
  _leave = (): void => {
    this._cut(2);
    if (Date.now() < this._toldUntil) return;
    let bytes = LEAVING_BYTES;
    let frames = LEAVING_FRAMES - this._inFlight.size;
    for (const [key, frame] of this._frames) {
      bytes -= frame.length;
      if (bytes <= 0 || this._inFlight.has(key) || frames-- <= 0) continue;
      if ('keepalive' in Request.prototype) void this._post(key, frame);
      // Its answer is unknown, so the frame stays, and the next page sends it again.
      else navigator.sendBeacon(this._endpoint, bodyOf(frame));
    }
  };

  private _hidden = (): void => {
    if (document.visibilityState === 'hidden') this._leave();
  };

  private _online = (): void => {
    void this._drain();
  };

  private _tick = (): void => {
    const now = Date.now();
    if (now - this._repeatedAt >= REPEAT_MS) {
      this._repeatedAt = now;
      this._page._act((glue) => glue.repeat());
    }
    this._cut();
    if (now >= this._retryAt) void this._drain();
  };

  private _cut(times = 1): void {
    this._page._act((glue) => {
      for (;;) {
        const own = [...this._frames].filter(([key]) => key.startsWith(this._own));
        const bytes = own.reduce((sum, [, frame]) => sum + frame.length, 0);
        if (own.length >= MAX_FRAMES * times || bytes >= MAX_BYTES * times) return;
        const text = glue.write(this._weight, FRAME_BYTES);
        if (!text) return;
        const sequence = ++this._sequence;
        const key = this._own + sequence;
        const frame = `${Date.now()} # p95 1 ${this._session} ${sequence} ${this._app}\n${text}`;
        this._frames.set(key, frame);
        // Before it is sent: a tab that crashes loses what it has not cut yet, and no more.
        try {
          globalThis.localStorage?.setItem(key, frame);
        } catch (error) {
          this._page._drop('storage', error);
        }
        // Only a full frame has left something for another one.
        if (text.length < FRAME_BYTES) return;
      }
    });
  }

  /** Sends one frame after the other, until one fails. */
  private _drain(): Promise<void> {
    return (this._draining ??= this._round().finally(() => (this._draining = undefined)));
  }

  private async _round(): Promise<void> {
    for (const [key, frame] of this._frames) {
      if (Date.now() < this._toldUntil) break;
      if (!this._inFlight.has(key) && !(await this._post(key, frame))) break;
    }
  }

  /** Whether the frame is answered for good. */
  private async _post(key: string, frame: string): Promise<boolean> {
    const at = parseInt(frame);
    const body = bodyOf(frame);
    const retryMs = Math.min(300_000, 1000 * 2 ** this._failures) * (0.5 + Math.random() / 2);
    this._inFlight.add(key);
    try {
      if (Date.now() - at > EXPIRY_MS) {
        this._page._drop('expired');
      } else {
        // A text goes as text/plain, which needs no preflight.
        const answer = await request!(this._endpoint, { method: 'POST', body, keepalive: body.length < LEAVING_BYTES });
        const reason = await answer.text();
        if (!answer.ok) {
          if (answer.status !== 400 && answer.status !== 413) {
            const after = answer.headers.get('retry-after') ?? '';
            this._toldUntil = Date.now() + (+after * 1000 || Date.parse(after) - Date.now() || 0);
            throw answer.status;
          }
          this._page._drop('refused', reason);
        }
      }
      this._frames.delete(key);
      this._failures = this._retryAt = 0;
      try {
        globalThis.localStorage?.removeItem(key);
      } catch {
        // It was not there either.
      }
      return true;
    } catch {
      this._failures++;
      this._retryAt = Date.now() + retryMs;
      return !this._frames.has(key);
    } finally {
      this._inFlight.delete(key);
    }
  }

  /** Takes over what pages before this one could not send; one page at a time. */
  private async _adopt(): Promise<void> {
    const adopt = async (lock: unknown): Promise<void> => {
      if (!lock) return;
      for (const key of Object.keys(globalThis.localStorage ?? {})) {
        const frame = localStorage.getItem(key);
        // Another page may have sent it just now.
        if (frame && key.startsWith(this._prefix) && !this._frames.has(key)) this._frames.set(key, frame);
      }
      await this._drain();
    };
    try {
      const locks = globalThis.navigator?.locks;
      await (locks ? locks.request(this._prefix, { ifAvailable: true }, adopt) : adopt(true));
    } catch (error) {
      this._page._drop('storage', error);
    }
  }
}
