import { PulledSubscription } from '../pulled-subscription.ts';
import type { EventPage } from './event-store.ts';

/** Where a subscription reads from: a store's pages, and word of changes. */
export interface PageSource {
  /** Grows when there may be more to read. */
  readonly changes: number;
  read(after: number, signal: AbortSignal): Promise<EventPage>;
  /** Resolves once {@link changes} is not `seen` any more. */
  changed(seen: number, signal: AbortSignal): Promise<void>;
  /** Nobody listens any more. Called once. */
  left(): void;
}

/** A subscription to a store, whatever its engine: reads the next page when its consumer asks for it. */
export class CatchUp extends PulledSubscription<EventPage> {
  readonly #source: PageSource;
  #position: number;

  constructor(source: PageSource, after: number, signal: AbortSignal | undefined) {
    super(signal);
    this.#source = source;
    this.#position = after;
  }

  protected override async take(over: AbortSignal): Promise<EventPage | undefined> {
    while (!over.aborted) {
      const seen = this.#source.changes;
      const page = await this.#source.read(this.#position, over);
      if (over.aborted) return undefined;
      if (page.position > this.#position) {
        this.#position = page.position;
        return page;
      }
      await this.#source.changed(seen, over);
    }
    return undefined;
  }

  protected override left(): void {
    this.#source.left();
  }
}
