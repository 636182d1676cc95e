import { type HoldfastError, ManualWorld, type World } from '@holdfast/core';
import { transactionErrors } from '../../errors.ts';
import { definitionOf } from '../../saga/build-saga.ts';
import type { Definition } from '../../saga/definition.ts';
import type { Saga } from '../../saga/saga.ts';
import { checkEffects } from './check-effects.ts';
import { type CrashRun, runSaga, type WatchedRun } from './crash-run.ts';
import { type Fault, faultsOf, faultText } from './fault.ts';

export interface CrashEverywhereOptions<Raw, Values> {
  readonly input: Raw;
  /** The signals that the saga waits for, by name. */
  readonly signals?: Readonly<Record<string, unknown>>;
  /** The transactions of attached steps. Default undefined for each. */
  readonly transaction?: () => unknown;
  /** Called before each run, to make what the steps work on anew. Time is that of `world`. */
  readonly before?: (world: World) => void | Promise<void>;
  /** Called after each run: throws when what the steps worked on is not as it should be. */
  readonly check?: (run: CrashRun<Values>) => void | Promise<void>;
  /** Default true: besides crashing, steps and compensations fail, and replies are lost. */
  readonly faults?: boolean;
  /** One run only: what the replay line of a failure says. */
  readonly only?: string;
}

export interface CrashEverywhereReport {
  readonly runs: number;
  /** Moments at which the process was ended. */
  readonly crashes: number;
}

/**
 * Runs a saga again and again in simulated time, each time with its process ending at another moment: before and after
 * each record and each effect; and all of that again for each step that refuses, fails for a while, or whose reply is lost.
 * After each run these must hold, besides what `check` asks for:
 *
 * - it ends, and as it does without the crash; where a compensation or an ensure refuses it is stuck first, until an
 *   operator has mended that and tries again
 * - committed: all was done, nothing undone; rolled back: whatever had begun was undone, and not done again
 * - a step begins when those before it have ended, and is undone before them
 * - a step has the same key in all its calls, and no other has it
 *
 * Steps may use simulated time, and promises, but nothing that is slow in real time.
 *
 *     test('survives any crash', () => crashEverywhere(order, { input, before: () => bank.reset(), check: () => bank.audit() }));
 *
 * @throws HoldfastError SAGA_NOT_CRASH_PROOF with the moment of the crash, and what to give as `only` to see it again.
 */
export async function crashEverywhere<Raw, Input, Values>(
  saga: Saga<Raw, Input, Values>,
  options: CrashEverywhereOptions<Raw, Values>,
): Promise<CrashEverywhereReport> {
  const definition = definitionOf(saga as unknown as Saga<never, unknown, unknown>);
  const search = new Search(saga, definition, options);
  const lists = options.faults === false ? [[]] : faultsOf(definition);
  for (const faults of lists) await search.all(faults);
  return { runs: search.runs, crashes: search.crashes };
}

class Search<Raw, Input, Values> {
  runs = 0;
  crashes = 0;
  readonly #saga: Saga<Raw, Input, Values>;
  readonly #definition: Definition;
  readonly #options: CrashEverywhereOptions<Raw, Values>;
  /** Whether a crash may turn an end into another: where a step must not be repeated, it may have to be given up. */
  readonly #mayDiffer: boolean;

  constructor(
    saga: Saga<Raw, Input, Values>,
    definition: Definition,
    options: CrashEverywhereOptions<Raw, Values>,
  ) {
    this.#saga = saga;
    this.#definition = definition;
    this.#options = options;
    this.#mayDiffer = definition.places.some(({ do: forward }) => forward?.idempotent === false);
  }

  /** A run without a crash, and one for each moment that it had. */
  async all(faults: readonly Fault[]): Promise<void> {
    const { only } = this.#options;
    if (only !== undefined && !only.startsWith(`${faultsText(faults)} crash `)) return;
    const calm = await this.#run(faults, 0, undefined);
    for (let at = 1; at <= calm.points; at++) {
      if (only !== undefined && only !== `${faultsText(faults)} crash ${at}`) continue;
      await this.#run(faults, at, this.#mayDiffer ? undefined : calm.outcome?.status);
      this.crashes++;
    }
  }

  async #run(
    faults: readonly Fault[],
    at: number,
    expected: string | undefined,
  ): Promise<WatchedRun<Values>> {
    const { input, signals = {}, transaction = () => undefined, before, check } = this.#options;
    const world = new ManualWorld();
    this.runs++;
    await before?.(world);
    const run = await runSaga(
      this.#saga,
      this.#definition,
      world,
      { input, signals, transaction },
      faults,
      at,
    );
    const { outcome } = run;
    if (outcome === undefined) throw this.#failure(faults, at, run, [whyNoEnd(run)]);
    const problems = checkEffects(this.#definition.plan, run.effects, outcome.status);
    if (expected !== undefined && outcome.status !== expected) {
      problems.push(`it is ${outcome.status}, but without the crash it is ${expected}`);
    }
    if (problems.length > 0) throw this.#failure(faults, at, run, problems);
    try {
      await check?.({ ...run, outcome });
    } catch (error) {
      throw this.#failure(faults, at, run, [error instanceof Error ? error.message : String(error)], error);
    }
    return run;
  }

  #failure(
    faults: readonly Fault[],
    at: number,
    run: WatchedRun<Values>,
    problems: readonly string[],
    cause?: unknown,
  ): HoldfastError<'SAGA_NOT_CRASH_PROOF'> {
    const only = `${faultsText(faults)} crash ${at}`;
    const moment = run.crash === undefined ? '' : ` when its process crashes ${run.crash}`;
    const wrong = faults.length === 0 ? '' : `, with ${faultsText(faults)}`;
    const calls = run.effects.map(({ step, undo, life, succeeded, ended }) => {
      const how = succeeded ? 'done' : ended === undefined ? 'cut off' : 'failed';
      return `  life ${life}: ${undo ? 'undo ' : ''}${step} ${how}`;
    });
    return transactionErrors.create('SAGA_NOT_CRASH_PROOF', {
      message: [
        `Saga '${this.#saga.name}' is not as it should be${moment}${wrong}:`,
        ...problems.map((problem) => `- ${problem}`),
        'Its calls:',
        ...calls,
        `Replay: crashEverywhere(saga, { ...options, only: '${only}' })`,
      ].join('\n'),
      context: { only },
      ...(cause !== undefined && { cause }),
    });
  }
}

function whyNoEnd({ status }: WatchedRun<unknown>): string {
  const stuck = status.steps.flatMap(({ name, stuck }) =>
    stuck === undefined ? [] : [`'${name}': ${stuck.message}`],
  );
  if (stuck.length > 0) return `it is stuck at ${stuck.join(', ')}`;
  return status.parked ?? 'it neither ends nor is stuck, in more than a year';
}

function faultsText(faults: readonly Fault[]): string {
  return faults.length === 0 ? 'none' : faults.map(faultText).join('+');
}
