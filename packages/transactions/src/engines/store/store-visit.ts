import type { CoordinationStore, Entry } from '@holdfast/coordination';
import { type HoldfastError, invalidArgument, throwIfAborted, type World } from '@holdfast/core';
import type { LedgerVisit } from '../../ledger/ledger-engine.ts';
import { ledgerClosed, messagesFull } from '../../ledger/ledger-errors.ts';
import type { RunFilter, RunPage, StoredRun } from '../../ledger/run.ts';
import { EndWaits } from '../end-waits.ts';
import type { LedgerKeys } from './ledger-keys.ts';
import { LedgerNews, type NewsListener } from './ledger-news.ts';
import { listRuns } from './list-runs.ts';
import { readHead, summaryOf } from './run-head.ts';
import { ledgerFailure } from './store-failure.ts';
import { entriesOf, readRun } from './stored-data.ts';

export interface StorePlace {
  readonly store: CoordinationStore;
  readonly keys: LedgerKeys;
  readonly world: World;
  readonly messagesMax: number;
  /** Bytes of records that are appended at once, and of a message. */
  readonly valueBytesMax: number;
}

/** A ledger in a store as it is seen from outside. The store is its owner's: it is not closed with it. */
export class StoreVisit implements LedgerVisit, NewsListener {
  protected readonly at: StorePlace;
  readonly #news: LedgerNews;
  #listening: Promise<void> | undefined;
  readonly #waits: EndWaits;
  /** Why it takes no calls any more. */
  protected over: HoldfastError | undefined;

  constructor(at: StorePlace) {
    this.at = at;
    this.#news = new LedgerNews(at.keys, this);
    this.#waits = new EndWaits(at.world);
  }

  read(id: string, signal?: AbortSignal): Promise<StoredRun | undefined> {
    return this.ask('read', signal, async () => {
      const place = await this.#placeOf(id, signal);
      const run = place === undefined ? undefined : await readRun(this.at, place, signal);
      if (run === undefined) return undefined;
      const { head, data } = run;
      const messages = head.status === 'ended' ? [] : data.messages;
      return { ...summaryOf(head, data.lastRecordsAt), owned: false, records: data.records, messages };
    });
  }

  list(filter: RunFilter, signal?: AbortSignal): Promise<RunPage> {
    return this.ask('list', signal, () => listRuns(this.at, filter, signal));
  }

  post(id: string, message: Uint8Array, signal?: AbortSignal): Promise<'posted' | 'ended' | 'unknown'> {
    const bytes = message.slice();
    return this.ask('post', signal, async () => {
      this.checkSize('message', bytes);
      const place = await this.#placeOf(id, signal);
      if (place === undefined) return 'unknown';
      for (;;) {
        const answer = await this.#post(id, place, bytes, signal);
        if (answer !== 'again') return answer;
      }
    });
  }

  async ended(id: string, signal?: AbortSignal): Promise<StoredRun | undefined> {
    await this.ask('ended', signal, () => this.listen());
    let run: StoredRun | undefined;
    const hasEnded = async () => {
      run = await this.read(id, signal);
      return run === undefined || run.status === 'ended';
    };
    await this.#waits.wait(id, hasEnded, signal);
    return run;
  }

  async close(): Promise<void> {
    this.finish(ledgerClosed());
    await this.#news.left();
  }

  message(_place: string, _sequence: number, _bytes: Uint8Array): void {}

  left(_key: string): void {}

  end(id: string): void {
    this.#waits.wake(id);
  }

  endsKept(_more: number): void {}

  workerGone(): void {}

  gap(): void {
    this.#waits.wakeAll();
  }

  failed(error: unknown): void {
    this.finish(ledgerFailure(error));
  }

  /** Resolves once it is told of all that is changed from then on. */
  protected listen(): Promise<void> {
    this.#listening ??= this.#news.open(this.at.store).catch((error) => {
      this.#listening = undefined;
      throw error;
    });
    return this.#listening;
  }

  /** Ends what waits with `error`, and takes no calls any more. */
  protected finish(error: HoldfastError): void {
    if (this.over !== undefined) return;
    this.over = error;
    this.#news.leave();
    this.#waits.fail(error);
  }

  /** @throws HoldfastError of the ledger; ABORTED. */
  protected async ask<Answer>(
    operation: string,
    signal: AbortSignal | undefined,
    work: () => Promise<Answer>,
  ): Promise<Answer> {
    throwIfAborted(signal, operation);
    this.checkOpen();
    try {
      return await work();
    } catch (error) {
      throw this.over ?? ledgerFailure(error);
    }
  }

  protected checkOpen(): void {
    if (this.over !== undefined) throw this.over;
  }

  /** @throws HoldfastError INVALID_ARGUMENT when the store takes no value as large as that. */
  protected checkSize(field: string, { length }: Uint8Array): void {
    const { valueBytesMax } = this.at;
    if (length > valueBytesMax) {
      throw invalidArgument(field, `${length} bytes`, `${valueBytesMax} bytes at most at once`);
    }
  }

  async #placeOf(id: string, signal: AbortSignal | undefined): Promise<string | undefined> {
    const { store, keys } = this.at;
    const entry = id === '' ? undefined : await store.get(keys.run(id), { signal });
    return entry && decoder.decode(entry.value);
  }

  /** Takes the next sequence unless another one has taken it meanwhile. */
  async #post(
    id: string,
    place: string,
    bytes: Uint8Array,
    signal: AbortSignal | undefined,
  ): Promise<'posted' | 'ended' | 'unknown' | 'again'> {
    const { store, keys, messagesMax } = this.at;
    const [open, counter] = [keys.open + place, keys.posted(place)];
    const { results } = await store.transact(
      {
        compare: [],
        then: [
          { do: 'get', key: open },
          { do: 'get', key: keys.ended + place },
          { do: 'get', key: counter },
          { do: 'range', prefix: keys.messagesOf(place), limit: messagesMax },
        ],
      },
      { signal },
    );
    const [heads, ended, counted, waiting] = results.map(entriesOf) as [Entry[], Entry[], Entry[], Entry[]];
    if (heads.length === 0) return ended.length > 0 && readHead(ended[0]!).id === id ? 'ended' : 'unknown';
    if (waiting.length >= messagesMax) throw messagesFull(id, messagesMax);
    const posted = counted[0]?.version ?? 0;
    const { succeeded } = await store.transact(
      {
        compare: [
          { key: open, target: 'createRevision', is: '=', value: heads[0]!.createRevision },
          { key: counter, target: 'version', is: '=', value: posted },
        ],
        then: [
          { do: 'put', key: counter, value: nothing },
          { do: 'put', key: keys.message(place, posted + 1), value: bytes },
        ],
      },
      { signal },
    );
    return succeeded ? 'posted' : 'again';
  }
}

const decoder = new TextDecoder();
const nothing = new Uint8Array(0);
