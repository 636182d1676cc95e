import type { ManualWorld, World } from '@holdfast/core';
import { LedgerMemory } from '../../engines/memory/ledger-memory.ts';
import { memoryEngine } from '../../engines/memory/memory-engine.ts';
import type { Ledger } from '../../ledger/ledger.ts';
import { openLedger } from '../../ledger/open-ledger.ts';
import { instrumented } from '../../saga/build-saga.ts';
import type { Definition } from '../../saga/definition.ts';
import { sagaOperator } from '../../saga/operator.ts';
import type { SagaOutcome } from '../../saga/outcome.ts';
import type { Saga } from '../../saga/saga.ts';
import type { SagaStatus, StepStatus } from '../../saga/status.ts';
import { CrashPoints } from './crash-points.ts';
import { CrashingEngine } from './crashing-engine.ts';
import { type Effect, Effects } from './effects.ts';
import type { Fault } from './fault.ts';
import { Life } from './life.ts';

/** How one run went. */
export interface CrashRun<Values = unknown> {
  readonly outcome: SagaOutcome<Values>;
  readonly status: SagaStatus;
  /** All calls of its steps and compensations, in order. */
  readonly effects: readonly Effect[];
  /** What the process was doing when it crashed; undefined when it did not. */
  readonly crash: string | undefined;
}

export interface CrashRunOptions<Raw> {
  readonly input: Raw;
  readonly signals: Readonly<Record<string, unknown>>;
  readonly transaction: () => unknown;
}

/** A run as it was watched. */
export interface WatchedRun<Values> extends Omit<CrashRun<Values>, 'outcome'> {
  /** Undefined when it is stuck where it must not be, or never ends. */
  readonly outcome: SagaOutcome<Values> | undefined;
  /** How many moments it had at which it could have crashed. */
  readonly points: number;
}

const runId = 'run';
/** How long a saga may take, in simulated time. */
const timeMaxMillis = 400 * 86_400_000;
const stepMaxMillis = 86_400_000;

/** Runs the saga once in simulated time: with what goes wrong in its steps, and a crash at that moment; 0 for none. */
export async function runSaga<Raw, Input, Values>(
  saga: Saga<Raw, Input, Values>,
  definition: Definition,
  world: ManualWorld,
  { input, signals, transaction }: CrashRunOptions<Raw>,
  faults: readonly Fault[],
  crashAt: number,
): Promise<WatchedRun<Values>> {
  const memory = new LedgerMemory();
  const effects = new Effects(faults);
  const watched = instrumented(saga, effects.around);
  const names = definition.plan.places.map(({ name }) => name);
  let outcome: SagaOutcome<Values> | undefined;
  let failure: unknown;
  let signalled = false;
  let life!: Life;

  const live = async (points: CrashPoints): Promise<Ledger> => {
    life = new Life(world);
    effects.life++;
    effects.points = points;
    const engine = new CrashingEngine(
      memoryEngine({ memory, world: life as World, lease: '10d' }),
      points,
      transaction,
    );
    const ledger = await openLedger({ engine, definitions: [watched], world: life });
    const begin = async () => {
      const run = await ledger.start(watched, input, { id: runId });
      for (const [name, value] of signalled ? [] : Object.entries(signals)) {
        await sagaOperator(ledger).signal(runId, name, value);
      }
      signalled = true;
      outcome = await run.result;
    };
    begin().catch((error: unknown) => {
      failure = error;
    });
    return ledger;
  };
  const crash = () => {
    memory.crash();
    life.end();
  };

  const points = new CrashPoints(crashAt, names, crash);
  let ledger = await live(points);
  let step = 100;
  for (let elapsed = 0; elapsed < timeMaxMillis && outcome === undefined; ) {
    await world.settle();
    if (failure !== undefined) throw failure;
    if (points.crashed && life.over) {
      ledger = await live(new CrashPoints(0, names, crash));
    } else if (ledger.figures.byStatus.stuck > 0) {
      const { steps } = (await saga.status(ledger, runId))!;
      if (!steps.every((one) => isExpected(one, faults))) break;
      // As an operator would: what was wrong is mended, and tried again.
      effects.heal();
      await sagaOperator(ledger).retry(runId);
      await world.settle();
    } else if (outcome === undefined) {
      await world.advance(step);
      elapsed += step;
      step = Math.min(step * 2, stepMaxMillis);
    }
  }
  const status = (await saga.status(ledger, runId))!;
  crash();
  const what = points.crashed ? points.passed.at(-1) : undefined;
  return { outcome, status, effects: effects.all, crash: what, points: points.passed.length };
}

/** Whether a step is not stuck, or is for a fault that refuses for good. */
function isExpected({ name, state, stuck }: StepStatus, faults: readonly Fault[]): boolean {
  const undo = state === 'undoing';
  return (
    stuck === undefined ||
    faults.some((fault) => fault.kind === 'terminal' && fault.step === name && fault.undo === undo)
  );
}
