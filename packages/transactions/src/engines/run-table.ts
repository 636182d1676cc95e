import { checkRunFilter } from '../ledger/check-run-filter.ts';
import type { NewRun } from '../ledger/ledger-engine.ts';
import type { RunChange, RunFilter, RunMessage, RunPage } from '../ledger/run.ts';
import { type KeyClaim, KeyLines } from './key-lines.ts';
import { summaryOf, TableRun } from './table-run.ts';

/**
 * The runs of a ledger in memory, as a fold over what was done to them: done again in the same order, it gives the same
 * table. It decides who holds a key and whether a message or a new run is taken; it knows of no workers and of no time.
 */
export class RunTable {
  readonly #keys: KeyLines = new KeyLines();
  /** Each run has a number, in the order in which they were created. */
  nextHandle = 1;
  first: TableRun | undefined;
  last: TableRun | undefined;
  /** Of all runs kept, those that have ended among them. */
  size = 0;
  /** Those that have ended, the earliest end first. */
  readonly ended: EndedRuns = new EndedRuns();
  /** Is told of each change of a run before it happens. */
  beforeChange: ((run: TableRun) => void) | undefined = undefined;
  readonly #byId = new Map<string, TableRun>();

  find(id: string): TableRun | undefined {
    return this.#byId.get(id);
  }

  /** There is no run of that id. */
  create(run: NewRun, wall: number): TableRun {
    return this.add(new TableRun(this.nextHandle++, run, wall));
  }

  /** Puts in a run that has a greater number than those that are there. */
  add(run: TableRun): TableRun {
    run.previous = this.last;
    if (this.last === undefined) this.first = run;
    else this.last.next = run;
    this.last = run;
    this.#byId.set(run.id, run);
    this.size++;
    return run;
  }

  /** What became of its keys, if it has ended: those that hold one now. Nothing is appended to a run that has ended. */
  append(
    run: TableRun,
    records: readonly Uint8Array[],
    change: RunChange | undefined,
    wall: number,
  ): readonly Grant[] {
    if (run.status === 'ended') return none;
    this.beforeChange?.(run);
    run.add(records);
    run.changedAt = wall;
    if (change === undefined) return none;
    if (change.consumed !== undefined) run.consume(change.consumed);
    if (change.note !== undefined) run.note = change.note;
    if (change.status === undefined) return none;
    run.status = change.status;
    if (change.status !== 'ended') {
      if (change.note === undefined) run.note = undefined;
      return none;
    }
    run.settle();
    this.ended.add(run);
    return this.#keys.leave(run);
  }

  /** Undefined when the run has ended. */
  post(run: TableRun, message: Uint8Array): RunMessage | undefined {
    if (run.status === 'ended') return undefined;
    this.beforeChange?.(run);
    return run.post(message);
  }

  /** Whether the run holds the key now. One that has ended claims nothing. */
  claim(run: TableRun, key: string): boolean {
    if (run.status === 'ended') return false;
    this.beforeChange?.(run);
    return this.#keys.claim(run, key);
  }

  /** Those that hold a key now. */
  release(run: TableRun, key: string): readonly Grant[] {
    this.beforeChange?.(run);
    return this.#keys.release(run, key);
  }

  holds(run: TableRun, key: string): boolean {
    return run.claims?.some((claim) => claim.key === key && this.#keys.holds(claim)) ?? false;
  }

  get nextTicket(): number {
    return this.#keys.nextTicket;
  }

  /** Makes an empty table one that has been written down. Claims come with the runs that have made them. */
  restore(next: { nextHandle: number; nextTicket: number }, runs: TableRun[], claims: KeyClaim[]): void {
    for (const run of runs.sort((a, b) => a.handle - b.handle)) this.add(run);
    this.nextHandle = next.nextHandle;
    for (const claim of claims.sort((a, b) => a.ticket - b.ticket)) this.#keys.add(claim);
    this.#keys.nextTicket = next.nextTicket;
    const ended = runs.filter(({ status }) => status === 'ended');
    for (const run of ended.sort((a, b) => a.changedAt - b.changedAt)) this.ended.add(run);
  }

  forget(run: TableRun): void {
    if (run.forgotten) return;
    this.beforeChange?.(run);
    run.forgotten = true;
    this.#byId.delete(run.id);
    if (run.previous === undefined) this.first = run.next;
    else run.previous.next = run.next;
    if (run.next === undefined) this.last = run.previous;
    else run.next.previous = run.previous;
    // A link from an old object keeps a young one, and all that follow it, from being collected early.
    run.previous = undefined;
    run.next = undefined;
    this.size--;
  }

  list(filter: RunFilter): RunPage {
    const limit = checkRunFilter(filter);
    const { type, status } = filter;
    const runs: TableRun[] = [];
    for (let run = this.#after(filter.after); run !== undefined; run = run.next) {
      if (type !== undefined && run.type !== type) continue;
      if (status !== undefined && run.status !== status) continue;
      if (runs.length === limit) return { runs: runs.map(summaryOf), next: cursorOf(runs.at(-1)!) };
      runs.push(run);
    }
    return { runs: runs.map(summaryOf), next: undefined };
  }

  /** The first run behind the place that a page has ended at. */
  #after(cursor: string | undefined): TableRun | undefined {
    if (cursor === undefined) return this.first;
    const colon = cursor.indexOf(':');
    const handle = Number(cursor.slice(0, colon));
    const last = this.#byId.get(cursor.slice(colon + 1));
    if (last?.handle === handle) return last.next;
    let run = this.first;
    while (run !== undefined && run.handle <= handle) run = run.next;
    return run;
  }
}

/** A run that holds a key from now on. */
export interface Grant {
  readonly run: TableRun;
  readonly key: string;
}

/** Runs in the order in which they have ended, linked by the runs themselves. */
class EndedRuns {
  size = 0;
  #first: TableRun | undefined;
  #last: TableRun | undefined;

  get oldest(): TableRun | undefined {
    return this.#first;
  }

  add(run: TableRun): void {
    if (this.#last === undefined) this.#first = run;
    else this.#last.nextEnded = run;
    this.#last = run;
    this.size++;
  }

  takeOldest(): TableRun | undefined {
    const run = this.#first;
    if (run === undefined) return undefined;
    this.#first = run.nextEnded;
    if (this.#first === undefined) this.#last = undefined;
    run.nextEnded = undefined;
    this.size--;
    return run;
  }
}

const none: readonly Grant[] = [];

function cursorOf(run: TableRun): string {
  return `${run.handle}:${run.id}`;
}
