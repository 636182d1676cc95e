import type { CoordinationStore, Entry } from '@holdfast/coordination';
import { anySignal, type HoldfastError, sleep, throwIfAborted, type World } from '@holdfast/core';
import type { LedgerVisit } from '../../ledger/ledger-engine.ts';
import { ledgerClosed, messagesFull } from '../../ledger/ledger-errors.ts';
import type { RunFilter, RunPage, StoredRun } from '../../ledger/run.ts';
import { checkValue } from './check-value.ts';
import type { LedgerKeys } from './ledger-keys.ts';
import { listRuns } from './list-runs.ts';
import { readHead, summaryOf } from './run-head.ts';
import { isPassing, ledgerFailure } from './store-failure.ts';
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
export class StoreVisit implements LedgerVisit {
  protected readonly at: StorePlace;
  /** Ends what is under way in the store. */
  protected readonly leaving: AbortController = new AbortController();
  /** Why it takes no calls any more. */
  protected over: HoldfastError | undefined;

  constructor(at: StorePlace) {
    this.at = at;
  }

  read(id: string, signal?: AbortSignal): Promise<StoredRun | undefined> {
    return this.ask('read', signal, async () => {
      const place = await this.#placeOf(id, signal);
      return place === undefined ? undefined : this.#readAt(place, signal);
    });
  }

  list(filter: RunFilter, signal?: AbortSignal): Promise<RunPage> {
    return this.ask('list', signal, () => listRuns(this.at, filter, signal));
  }

  post(id: string, message: Uint8Array, signal?: AbortSignal): Promise<'posted' | 'ended' | 'unknown'> {
    const bytes = message.slice();
    return this.ask('post', signal, async () => {
      checkValue('message', bytes, this.at.valueBytesMax);
      const place = await this.#placeOf(id, signal);
      if (place === undefined) return 'unknown';
      for (;;) {
        const answer = await this.#post(id, place, bytes, signal);
        if (answer !== 'again') return answer;
      }
    });
  }

  ended(id: string, signal?: AbortSignal): Promise<StoredRun | undefined> {
    return this.ask('ended', signal, async () => {
      const either = anySignal([signal, this.leaving.signal]);
      try {
        return await this.#ended(id, either.signal);
      } finally {
        either.dispose();
      }
    });
  }

  async close(): Promise<void> {
    this.finish(ledgerClosed());
  }

  /** Ends what waits with `error`, and takes no calls any more. */
  protected finish(error: HoldfastError): void {
    if (this.over !== undefined) return;
    this.over = error;
    this.leaving.abort(error);
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

  /** Looks at the run again whenever its head has changed, of which a watch tells: it is deleted when the run ends. */
  async #ended(id: string, signal: AbortSignal): Promise<StoredRun | undefined> {
    const place = await this.#answer(() => this.#placeOf(id, signal), signal);
    if (place === undefined) return undefined;
    const { store, keys } = this.at;
    const watch = store.watch(keys.open + place, { signal });
    try {
      await watch.started;
      for (;;) {
        const run = await this.#answer(() => this.#readAt(place, signal), signal);
        if (run === undefined || run.status === 'ended') return run;
        await watch.next();
      }
    } finally {
      await watch.return();
    }
  }

  async #readAt(place: string, signal: AbortSignal | undefined): Promise<StoredRun | undefined> {
    const run = await readRun(this.at, place, signal);
    if (run === undefined) return undefined;
    const { head, data } = run;
    const messages = head.status === 'ended' ? [] : data.messages;
    return { ...summaryOf(head, data.lastRecordsAt), owned: false, records: data.records, messages };
  }

  /** Asks until the store has answered. */
  async #answer<Answer>(ask: () => Promise<Answer>, signal: AbortSignal): Promise<Answer> {
    for (;;) {
      try {
        return await ask();
      } catch (error) {
        if (!isPassing(error)) throw error;
        await sleep(pauseMillis, { world: this.at.world, signal });
      }
    }
  }
}

const decoder = new TextDecoder();
const nothing = new Uint8Array(0);
/** Before the store is asked again. */
const pauseMillis = 200;
