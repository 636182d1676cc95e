import type { RunChange } from '@holdfast/transactions';
import { statusCodes } from '../ledger-tables.ts';
import type { PostgresRun, RunClaim } from './postgres-run.ts';

/** What waits to be committed for a run, and who is told. */
export type Change =
  | {
      readonly kind: 'create';
      readonly run: PostgresRun;
      /** Whether it was created: else there is one of its id already. */
      readonly done: (created: boolean) => void;
      readonly failed: (error: unknown) => void;
    }
  | {
      readonly kind: 'append';
      readonly run: PostgresRun;
      readonly records: readonly Uint8Array[];
      readonly change: RunChange | undefined;
      readonly done: () => void;
      readonly failed: (error: unknown) => void;
    }
  | {
      readonly kind: 'claim';
      readonly run: PostgresRun;
      readonly key: string;
      readonly claim: RunClaim;
      readonly done: (held: boolean) => void;
      readonly failed: (error: unknown) => void;
    }
  | {
      readonly kind: 'release';
      readonly run: PostgresRun;
      readonly key: string;
      readonly done: () => void;
      readonly failed: (error: unknown) => void;
    };

/** What `commit_batch` answers. */
interface BatchAnswer {
  readonly millis: number;
  /** Of the runs to create; null where there is one of that id already. */
  readonly numbers: readonly (number | null)[] | null;
  /** Place and whether it holds the key, of each claim. */
  readonly claimed: readonly (readonly [place: number, held: boolean])[];
}

/** Changes of many runs that are committed together, as the arguments of one call of `commit_batch`. */
export class ChangeBatch {
  readonly changes: readonly Change[];
  #creates: string[] = [];
  #types: string[] = [];
  #versions: number[] = [];
  #recordRuns: number[] = [];
  #positions: number[] = [];
  #starts: number[] = [];
  #lengths: number[] = [];
  #data: Uint8Array[] = [];
  /** Counted from 1, as SQL does. */
  #nextStart = 1;
  readonly #changed = new Map<PostgresRun, readonly [status: number, note: string | null]>();
  #consumedRuns: number[] = [];
  #consumed: number[] = [];
  #keyRuns: number[] = [];
  #keys: string[] = [];
  #keyClaims: boolean[] = [];

  constructor(changes: readonly Change[]) {
    this.changes = changes;
    for (const change of changes) this.#add(change);
  }

  get recordCount(): number {
    return this.#recordRuns.length;
  }

  values(worker: number, batch: number): unknown[] {
    const changed = [...this.#changed.keys()];
    const states = [...this.#changed.values()];
    return [
      worker,
      batch,
      ...[this.#creates, this.#types, arrayLiteral(this.#versions)],
      ...[arrayLiteral(this.#recordRuns), arrayLiteral(this.#positions)],
      ...[arrayLiteral(this.#starts), arrayLiteral(this.#lengths), Buffer.concat(this.#data)],
      ...[arrayLiteral(changed.map(({ number }) => number)), arrayLiteral(states.map(([status]) => status))],
      states.map(([, note]) => note),
      ...[arrayLiteral(this.#consumedRuns), arrayLiteral(this.#consumed)],
      ...[arrayLiteral(this.#keyRuns), this.#keys, arrayLiteral(this.#keyClaims)],
    ];
  }

  /** Tells all who wait what became of their changes. */
  settle(text: string): void {
    const answer = JSON.parse(text) as BatchAnswer;
    let creates = 0;
    let claims = 0;
    for (const change of this.changes) {
      if (change.kind === 'create') {
        const number = answer.numbers![creates++]!;
        change.run.number = number ?? 0;
        change.run.given = number !== null;
        change.run.createdAt = answer.millis;
        change.done(number !== null);
      } else if (change.kind === 'claim') {
        const [place, held] = answer.claimed[claims++]!;
        change.claim.settle(place, held);
        change.done(change.claim.held);
      } else {
        change.done();
      }
    }
  }

  #add(change: Change): void {
    const { run } = change;
    switch (change.kind) {
      case 'create':
        this.#creates.push(run.id);
        this.#types.push(run.type);
        this.#versions.push(run.version);
        this.#addRecords(-this.#creates.length, 0, run.records);
        return;
      case 'append':
        this.#addRecords(run.number, run.nextPosition, change.records);
        run.nextPosition += change.records.length;
        if (change.change !== undefined) this.#addChange(run, change.change);
        return;
      case 'claim':
      case 'release':
        this.#addKey(run, change.key, change.kind === 'claim');
    }
  }

  #addRecords(run: number, firstPosition: number, records: readonly Uint8Array[]): void {
    for (const [index, record] of records.entries()) {
      this.#recordRuns.push(run);
      this.#positions.push(firstPosition + index);
      this.#starts.push(this.#nextStart);
      this.#lengths.push(record.length);
      this.#data.push(record);
      this.#nextStart += record.length;
    }
  }

  #addChange(run: PostgresRun, { status, note, consumed }: RunChange): void {
    for (const sequence of consumed ?? []) {
      this.#consumedRuns.push(run.number);
      this.#consumed.push(sequence);
    }
    if (status === undefined && note === undefined) return;
    // What it said of an earlier status is no longer so, unless it has ended by that.
    if (note !== undefined || status !== 'ended') run.note = note;
    run.statusNow = status ?? run.statusNow;
    this.#changed.set(run, [statusCodes[run.statusNow], textOf(run.note)]);
    if (status !== 'ended') return;
    for (const key of run.claims.keys()) this.#addKey(run, key, false);
  }

  #addKey(run: PostgresRun, key: string, claims: boolean): void {
    this.#keyRuns.push(run.number);
    this.#keys.push(key);
    this.#keyClaims.push(claims);
  }
}

function arrayLiteral(values: readonly (number | boolean)[]): string {
  return `{${values.join()}}`;
}

/** PostgreSQL has no text with a NUL in it. */
function textOf(note: string | undefined): string | null {
  return note?.replaceAll('\0', '') ?? null;
}
