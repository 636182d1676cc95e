import type { Agent } from 'node:http';
import { promisify } from 'node:util';
import { constants, gzip } from 'node:zlib';
import { fromProblemDetails } from '@holdfast/core';
import type { OtlpExporterSettings, Signal } from './otlp-exporter-options.ts';
import { rejectedIn } from './partial-success.ts';
import type { Payload } from './payload.ts';
import { type Answer, agentFor, post } from './post.ts';

const gzipped = promisify(gzip);

/** Statuses after which OTLP allows a request to be sent again. */
const retryableStatuses: ReadonlySet<number> = new Set([429, 502, 503, 504]);

/** What one attempt came to. */
export type Attempt =
  | { readonly outcome: 'arrived'; readonly rejected: number }
  | { readonly outcome: 'refused'; readonly reason: string }
  /** `after`: milliseconds that the receiver asks for. */
  | { readonly outcome: 'failed'; readonly reason: string; readonly after: number | undefined };

/** Sends payloads of one signal to its URL. */
export class Delivery {
  readonly #settings: OtlpExporterSettings;
  readonly #url: URL;
  readonly #agent: Agent;
  readonly #headers: Readonly<Record<string, string>>;

  constructor(signal: Signal, settings: OtlpExporterSettings) {
    this.#settings = settings;
    this.#url = settings.urls[signal];
    this.#agent = agentFor(this.#url);
    this.#headers = {
      ...settings.headers,
      'content-type': settings.encoding === 'json' ? 'application/json' : 'application/x-protobuf',
      ...(settings.compression === 'gzip' && { 'content-encoding': 'gzip' }),
    };
  }

  /** The body as it goes over the wire. */
  async pack({ body }: Payload): Promise<Uint8Array> {
    return this.#settings.compression === 'gzip' ? gzipped(body, { level: constants.Z_BEST_SPEED }) : body;
  }

  /** Sends a packed body once. Never throws. */
  async attempt(body: Uint8Array, signal: AbortSignal): Promise<Attempt> {
    try {
      const { timeout } = this.#settings;
      const options = { url: this.#url, agent: this.#agent, headers: this.#headers, body, timeout, signal };
      return this.#judge(await post(options));
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      return { outcome: 'failed', reason, after: undefined };
    }
  }

  /** Lets go of its connections. */
  close(): void {
    this.#agent.destroy();
  }

  #judge({ body, headers, status }: Answer): Attempt {
    if (status >= 200 && status < 300) {
      return { outcome: 'arrived', rejected: rejectedIn(body, this.#settings.encoding) };
    }
    const reason = `${this.#url.href} answered ${status}`;
    if (!retryableStatuses.has(status)) return { outcome: 'refused', reason };
    const { retryAfter } = fromProblemDetails({ status, headers }, { wall: Date.now() });
    return { outcome: 'failed', reason, after: retryAfter };
  }
}
