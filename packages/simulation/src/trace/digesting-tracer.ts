import { Digest } from '../simulation/digest.ts';
import type { TraceEvent, Tracer } from './trace-event.ts';

/** Passes events on, and keeps a digest of all that they say. */
export class DigestingTracer implements Tracer {
  readonly #inner: Tracer;
  readonly #digest: Digest = new Digest();

  constructor(inner: Tracer) {
    this.#inner = inner;
  }

  get enabled(): boolean {
    return this.#inner.enabled;
  }

  /** Stands for every event so far with its contents. */
  get digest(): string {
    return this.#digest.toString();
  }

  record(event: TraceEvent): void {
    this.#digest.addText(JSON.stringify(event));
    this.#inner.record(event);
  }
}

/** Hears nothing. */
export const silentTracer: Tracer = { enabled: false, record: () => {} };
