import { assert, type Duration, type HoldfastError, toMicros, type WaitOptions } from '@holdfast/core';
import type {
  EngineHost,
  LedgerEngine,
  LedgerSession,
  NewRun,
  OwnedRun,
  RunListener,
  RunMessage,
  StoredRun,
} from '../../index.ts';
import { bytesOf, textOf } from '../expectations.ts';

/** A ledger under test, new for each case, and what its engine lets a test do to it. */
export interface LedgerUnderTest {
  /** The engine as a process has it that was just started. It keeps at most {@link messagesMax} messages for a run. */
  engine(): Promise<LedgerEngine>;
  /**
   * Ends the process of a worker at once, as kill -9 does. What it has called and not heard of may have happened or not. The
   * harness cleans up after it.
   */
  crash(session: LedgerSession): Promise<void>;
  /** Lets time pass: that of the workers, and of what they are kept in. */
  sleep(duration: Duration, options?: WaitOptions): Promise<void>;
  /** The longest that it takes until another worker has the runs of one that was killed. */
  readonly takeover: Duration;
  readonly messagesMax: number;
  /** Stops a worker as a process that is suspended, longer than its runs wait for it; the function lets it go on. */
  pause?(session: LedgerSession): Promise<() => Promise<void>>;
}

/** What a case may need: an engine with several workers at once, and one that can be paused. */
export type LedgerNeed = 'shared' | 'pause';

/** One promise of the contract. */
export interface LedgerCase {
  readonly name: string;
  /** Leave it out where the engine has not all of them. */
  readonly needs: readonly LedgerNeed[];
  /** Whether it crashes or pauses workers: in all others, none may lose its runs, however long it has to wait for a processor. */
  readonly kills: boolean;
  /** Rejects unless the ledger keeps it. While it runs, time has to pass. */
  run(under: LedgerUnderTest): Promise<void>;
}

export const type = 'test/run';

/** A worker, and what it is told. */
export class TestWorker implements EngineHost {
  session!: LedgerSession;
  /** Those it was given, by their ids. */
  readonly adopted: Map<string, OwnedRun> = new Map();
  lostWith: HoldfastError | undefined;

  static async join(
    under: LedgerUnderTest,
    { engine, types = [type] }: { readonly engine?: LedgerEngine; readonly types?: readonly string[] } = {},
  ): Promise<TestWorker> {
    const worker = new TestWorker();
    worker.session = await (engine ?? (await under.engine())).join(worker, { types });
    return worker;
  }

  adopt(runs: readonly OwnedRun[]): void {
    for (const run of runs) {
      assert(!this.adopted.has(run.id), `run '${run.id}' is given to a worker once`);
      this.adopted.set(run.id, run);
    }
  }

  lost(error: HoldfastError): void {
    this.lostWith = error;
  }

  /** A new run of its own, with a listener. */
  async create(id: string, run: Partial<NewRun> = {}): Promise<TestRun> {
    const created = await this.session.create({ id, type, version: 1, records: [bytesOf('begin')], ...run });
    return new TestRun(owned(created));
  }

  /** A run that it was given, with a listener, once it is there. */
  async given(under: LedgerUnderTest, id: string): Promise<TestRun> {
    await until(under, () => this.adopted.has(id), `run '${id}' is given to a worker`);
    return new TestRun(this.adopted.get(id)!);
  }
}

/** A run, and what it is told. */
export class TestRun implements RunListener {
  readonly owned: OwnedRun;
  readonly messages: RunMessage[] = [];
  readonly grants: string[] = [];

  constructor(run: OwnedRun) {
    this.owned = run;
    run.listener = this;
  }

  message(message: RunMessage): void {
    this.messages.push(message);
  }

  granted(key: string): void {
    this.grants.push(key);
  }

  /** As `1:text 2:other`. */
  get told(): string {
    return this.messages.map(({ sequence, bytes }) => `${sequence}:${textOf(bytes)}`).join(' ');
  }
}

export function owned(run: OwnedRun | StoredRun): OwnedRun {
  assert(run.owned, `run '${run.id}' is this worker's`);
  return run as OwnedRun;
}

export function textsOf(records: readonly Uint8Array[] | undefined): string {
  return records?.map(textOf).join(' ') ?? 'none';
}

/** Its records, as the engine has them. */
export async function recordsOf(session: LedgerSession, id: string): Promise<string> {
  return textsOf((await session.read(id))?.records);
}

/** Waits for what happens by itself. @throws HoldfastError ASSERTION_FAILED when it does not. */
export async function until(
  under: LedgerUnderTest,
  condition: () => boolean | Promise<boolean>,
  what: string,
): Promise<void> {
  const looks = looksMax + toMicros(under.takeover) / toMicros(lookInterval);
  for (let look = 0; look < looks; look++) {
    if (await condition()) return;
    await under.sleep(lookInterval);
  }
  assert(false, `it has to happen that ${what}`);
}

/** `promise`, to be awaited later or not at all. */
export function later<Value>(promise: Promise<Value>): Promise<Value> {
  promise.catch(() => {});
  return promise;
}

const looksMax = 1_500;
const lookInterval = '20ms';
