import type { AnyRunDefinition } from './definition-registry.ts';
import type { DrivenRun } from './driven-run.ts';
import type { Run } from './ledger.ts';
import type { LedgerSession } from './ledger-engine.ts';
import { runForgotten } from './ledger-errors.ts';
import type { RunSummary, StoredRun } from './run.ts';
import { RunOutcome } from './run-outcome.ts';

/** A run that this worker drives. */
export class OwnRun<Result> implements Run<Result> {
  readonly #run: DrivenRun;

  constructor(run: DrivenRun) {
    this.#run = run;
  }

  get id(): string {
    return this.#run.id;
  }

  get result(): Promise<Result> {
    return this.#run.outcome.result as Promise<Result>;
  }

  async summary(): Promise<RunSummary> {
    return this.#run.summary();
  }
}

/** A run that has ended before. */
export function endedRun<Result>(definition: AnyRunDefinition, stored: StoredRun): Run<Result> {
  const outcome = new RunOutcome(definition);
  outcome.end(stored.records);
  return {
    id: stored.id,
    get result() {
      return outcome.result as Promise<Result>;
    },
    summary: async () => withoutRecords(stored),
  };
}

/** A run that another worker drives, or nobody at the moment. */
export function awayRun<Result>(
  definition: AnyRunDefinition,
  stored: StoredRun,
  session: LedgerSession,
): Run<Result> {
  let result: Promise<Result> | undefined;
  const end = async (): Promise<Result> => {
    const ended = await session.ended(stored.id);
    if (ended === undefined) throw runForgotten(stored.id);
    return definition.result(ended.records) as Result;
  };
  return {
    id: stored.id,
    get result() {
      if (result === undefined) {
        result = end();
        result.catch(() => {});
      }
      return result;
    },
    summary: async () => withoutRecords((await session.read(stored.id)) ?? stored),
  };
}

function withoutRecords({ id, type, version, status, note, createdAt, changedAt }: StoredRun): RunSummary {
  return { id, type, version, status, note, createdAt, changedAt };
}
