import type { OwnedRun, RunListener, RunMessage, RunStatus } from '../../../ledger/run.ts';
import type { RunHead } from '../run-head.ts';
import type { StoredData } from '../stored-data.ts';

/** A run that this worker drives. */
export class StoreRun implements OwnedRun {
  readonly owned = true;
  readonly id: string;
  readonly type: string;
  readonly version: number;
  readonly status: RunStatus;
  readonly createdAt: number;
  readonly place: string;
  /** Records that its head carries from its beginning on. */
  readonly first: readonly Uint8Array[];
  records: readonly Uint8Array[] = [];
  held: readonly string[] = [];
  awaited: readonly string[] = [];
  /** As the last append leaves them. */
  statusNow: RunStatus;
  note: string | undefined;
  /** Of the next record. */
  nextPosition = 0;
  /** The append that ends it, once it is asked for: no other one follows. */
  ending: Promise<void> | undefined = undefined;
  /** By their keys. */
  readonly claims: Map<string, StoreClaim> = new Map();
  /** Whether all that it had when it became this worker's has been read. */
  ready = false;
  /** A message came before that. */
  missed = false;
  /** Of the last message that its listener was or will be told. */
  lastSequence = 0;
  #listener: RunListener | undefined;
  #untold: (RunMessage | string)[] = [];

  constructor(place: string, head: RunHead, first: readonly Uint8Array[]) {
    const { id, type, version, status, note, createdAt } = head;
    this.place = place;
    this.first = first;
    this.id = id;
    this.type = type;
    this.version = version;
    this.status = status;
    this.statusNow = status;
    this.note = note;
    this.createdAt = createdAt;
  }

  get listener(): RunListener | undefined {
    return this.#listener;
  }

  set listener(listener: RunListener | undefined) {
    this.#listener = listener;
    if (listener !== undefined && this.#untold.length > 0) queueMicrotask(() => this.#tellAll());
  }

  deliver(message: RunMessage): void {
    if (message.sequence <= this.lastSequence) return;
    this.lastSequence = message.sequence;
    this.#tell(message);
  }

  /** It holds `key` from now on. */
  grant(key: string, claim: StoreClaim): void {
    claim.held = true;
    if (this.ready && claim.answered) this.#tell(key);
  }

  /** What it had when it became this worker's. */
  restore({ records, claims, messages }: StoredData): void {
    this.records = [...this.first, ...records];
    this.nextPosition = this.records.length;
    for (const [key, revision] of claims) this.claims.set(key, StoreClaim.of(revision));
    for (const message of messages) this.deliver(message);
  }

  /** All that it had is known: from here on it is told what is new. */
  begin(): void {
    this.ready = true;
    const claims = [...this.claims];
    this.held = claims.filter(([, { held }]) => held).map(([key]) => key);
    this.awaited = claims.filter(([, { held }]) => !held).map(([key]) => key);
  }

  head(worker: string, changedAt: number): RunHead {
    const { id, type, version, statusNow: status, note, createdAt } = this;
    return { id, type, version, status, note, createdAt, changedAt, worker };
  }

  #tell(news: RunMessage | string): void {
    this.#untold.push(news);
    this.#tellAll();
  }

  #tellAll(): void {
    while (this.#listener !== undefined && this.#untold.length > 0) {
      const news = this.#untold.shift()!;
      if (this.statusNow === 'ended') continue;
      if (typeof news === 'string') this.#listener.granted(news);
      else this.#listener.message(news);
    }
  }
}

/** A claim of a run, from when it is asked for. */
export class StoreClaim {
  /** When it was put in its line, once that is known. */
  revision: number | undefined;
  /** It was first in its line before that was known. */
  missed = false;
  held = false;
  /** Who asked knows whether it is held: from here on it is told. */
  answered = false;
  /** What is told to who asks again before that. */
  answer: Promise<boolean> | undefined;

  /** One that a run had already. */
  static of(revision: number): StoreClaim {
    const claim = new StoreClaim();
    claim.revision = revision;
    claim.answered = true;
    return claim;
  }
}
