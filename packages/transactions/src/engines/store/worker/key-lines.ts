import { firstInLine } from '../key-line.ts';
import { after } from '../ledger-keys.ts';
import type { StorePlace } from '../store-visit.ts';
import { entriesOf, readAll } from '../stored-data.ts';
import { Change } from './change-batch.ts';
import type { ChangeLanes } from './change-lanes.ts';
import type { OwnRuns } from './own-runs.ts';
import type { PersistentWork } from './persistent-work.ts';
import type { RunOperations } from './run-operations.ts';
import { StoreClaim, type StoreRun } from './store-run.ts';

export interface KeyLinesOptions {
  readonly at: StorePlace;
  readonly runs: OwnRuns;
  readonly operations: RunOperations;
  readonly changes: ChangeLanes;
  readonly work: PersistentWork;
  /** Aborts when the worker's time is over. */
  readonly signal: AbortSignal;
}

/** The lines of keys in which runs of a worker stand. Whose run is the first in one holds the key. */
export class KeyLines {
  readonly #options: KeyLinesOptions;
  /** Runs that do not hold a key yet, by the keys. */
  readonly #waiting = new Map<string, Set<StoreRun>>();
  #turn = 0;

  constructor(options: KeyLinesOptions) {
    this.#options = options;
  }

  /** Whether the run holds the key already, once it stands in line. Later it is told. */
  claim(run: StoreRun, key: string): boolean | Promise<boolean> {
    let claim = run.claims.get(key);
    if (claim === undefined) {
      claim = new StoreClaim();
      run.claims.set(key, claim);
      this.#wait(run, key);
      claim.answer = this.#claim(run, key, claim);
    }
    return claim.answered ? claim.held : claim.answer!;
  }

  /** The run gives its place up, or the key. Undefined when it has none. */
  release(run: StoreRun, key: string): Promise<unknown> | undefined {
    if (!run.claims.delete(key)) return undefined;
    const { at, operations, changes } = this.#options;
    this.#waitNoMore(run, key);
    const then = operations.leaveLine(run, key);
    return changes.add(new Change('release', run, { then, lines: [at.keys.line(key)] }));
  }

  /** The lines in which the run stands, as subjects of a change. */
  subjectsOf(run: StoreRun): string[] {
    return [...run.claims.keys()].map((key) => this.#options.at.keys.line(key));
  }

  /** With its end, the run leaves all lines. */
  ended(run: StoreRun): void {
    for (const key of run.claims.keys()) this.#waitNoMore(run, key);
  }

  /** Looks where runs stand that were taken over. */
  async takenOver(runs: readonly StoreRun[]): Promise<void> {
    const keys = new Set<string>();
    for (const run of runs) {
      for (const key of run.claims.keys()) {
        this.#wait(run, key);
        keys.add(key);
      }
    }
    await Promise.all([...keys].map((key) => this.#look(key)));
  }

  /** Somebody has left the line of that key. */
  left(key: string): void {
    if (this.#waiting.has(key)) this.#look(key);
  }

  /** Anybody may have left any line. */
  lookAtAll(): void {
    for (const key of this.#waiting.keys()) this.#look(key);
  }

  async #claim(run: StoreRun, key: string, claim: StoreClaim): Promise<boolean> {
    const { at, operations, changes, signal } = this.#options;
    const line = at.keys.line(key);
    const then = operations.joinLine(run, key, this.#turn++);
    const change = new Change('claim', run, { then, lines: [line] });
    await changes.add(change);
    claim.revision = change.revision;
    const first = change.results && firstInLine(entriesOf(change.results.at(-1)!));
    if (first?.key === line + run.place) claim.held = true;
    else if (first === undefined || claim.missed) await this.#look(key);
    signal.throwIfAborted();
    if (claim.held) this.#waitNoMore(run, key);
    claim.answered = true;
    return claim.held;
  }

  /** Whether a run of the worker holds the key now. */
  #look(key: string): Promise<void> {
    const { at, runs, work } = this.#options;
    const line = at.keys.line(key);
    return work.run(`line ${key}`, async (signal) => {
      const first = firstInLine(await readAll(at.store, line, signal));
      const run = first && runs.at(after(line, first.key));
      const claim = run?.claims.get(key);
      if (run === undefined || claim === undefined || claim.held) return;
      if (claim.revision === undefined) claim.missed = true;
      if (claim.revision !== first?.createRevision) return;
      this.#waitNoMore(run, key);
      run.grant(key, claim);
    });
  }

  #wait(run: StoreRun, key: string): void {
    const runs = this.#waiting.get(key);
    if (runs === undefined) this.#waiting.set(key, new Set([run]));
    else runs.add(run);
  }

  /** It holds the key, or does not want it any more. */
  #waitNoMore(run: StoreRun, key: string): void {
    const runs = this.#waiting.get(key);
    runs?.delete(run);
    if (runs?.size === 0) this.#waiting.delete(key);
  }
}
