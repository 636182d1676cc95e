import { ManualWorld, type Random, seededRandom } from '@holdfast/core';
import type { RunChange, RunContext, RunMessage, RunStatus } from '../../src/index.ts';
import { definitionOf } from '../../src/saga/build-saga.ts';
import { SagaDriver } from '../../src/saga/driver/driver.ts';
import { SagaCount } from '../../src/saga/figures.ts';
import type { SagaMachine } from '../../src/saga/records/machine.ts';
import { encodeMessage } from '../../src/saga/records/message.ts';
import { replay } from '../../src/saga/records/replay.ts';
import { randomSaga } from './campaign/random-saga.ts';
import { Services } from './campaign/services.ts';

/**
 * Drives a saga of any shape on a run that keeps nothing but its records, and compares at each append what the driver
 * believes with what the records say.
 *
 * @throws Error when they differ.
 */
export async function replayAsLive(seed: number): Promise<number> {
  const world = new ManualWorld({ seed });
  const random = seededRandom(seed);
  const services = new Services(random.fork('services'), () => world);
  services.trouble = 150;
  const { saga, waits } = randomSaga('order', random.fork('saga'), services, false);
  const definition = definitionOf(saga as never);
  const names = definition.places.map(({ name }) => name);
  const refusing = random.below(2) === 0 ? [names[random.below(names.length)]!] : [];
  const run = new RecordedRun(world, (await saga.begin({ refusing })) as Uint8Array);
  const driver = new SagaDriver(definition, new SagaCount(), run);
  run.check = () => compare(driver.machine, run);
  for (let second = 0; second < 120 && run.now !== 'ended'; second++) {
    await world.advance('1s');
    say(run, random, waits, names);
    if (run.failure !== undefined) throw run.failure;
  }
  run.leave();
  await driver.finished;
  return run.records.length;
}

/** Sometimes somebody says something, whether it makes sense or not. */
function say(run: RecordedRun, random: Random, waits: readonly string[], names: readonly string[]): void {
  const step = names[random.below(names.length)]!;
  const chance = random.below(60);
  if (chance < waits.length) run.hear({ kind: 'signal', name: waits[chance]!, value: chance });
  else if (chance === 50) run.hear({ kind: 'cancel', reason: undefined });
  else if (chance === 51) run.hear({ kind: 'skip', step });
  else if (chance === 52) run.hear({ kind: 'resolve', step, value: 7 });
  else if (chance > 52) run.hear({ kind: 'retry', step: undefined });
}

/** A run whose engine is a list. */
class RecordedRun implements RunContext {
  readonly id: string = 'run';
  readonly ledgerId: string = 'ledger';
  readonly version: number = 1;
  readonly epoch: number = 1;
  readonly recovered: boolean = false;
  readonly createdAt: number;
  readonly world: ManualWorld;
  readonly records: Uint8Array[];
  readonly status: RunStatus = 'running';
  readonly held: readonly string[] = [];
  readonly attachable: boolean = false;
  readonly #leaving: AbortController = new AbortController();
  onMessage: ((message: RunMessage) => void) | undefined = undefined;
  now: RunStatus = 'running';
  check: () => void = () => {};
  failure: unknown;
  #messages = 0;

  constructor(world: ManualWorld, beginning: Uint8Array) {
    this.world = world;
    this.createdAt = world.clock.wall();
    this.records = [beginning];
  }

  get signal(): AbortSignal {
    return this.#leaving.signal;
  }

  async append(records: readonly Uint8Array[], _wait?: unknown, change?: RunChange): Promise<void> {
    this.records.push(...records);
    this.now = change?.status ?? this.now;
    try {
      this.check();
    } catch (error) {
      this.failure ??= error;
    }
  }

  async claim(): Promise<void> {}

  async release(): Promise<void> {}

  async attach(): Promise<void> {}

  hear(message: Parameters<typeof encodeMessage>[0]): void {
    this.onMessage?.({ sequence: ++this.#messages, bytes: encodeMessage(message) });
  }

  leave(): void {
    this.#leaving.abort();
  }
}

function compare(live: SagaMachine, { records, createdAt }: RecordedRun): void {
  const { machine } = replay(records, createdAt);
  const [now, then] = [describe(live), describe(machine)];
  if (now !== then)
    throw new Error(`after ${records.length} records the driver has\n${now}\nbut they say\n${then}`);
}

function describe({ phase, pivotBegan, active, skipped, parked, failure, cells }: SagaMachine): string {
  const places = cells.map(
    (cell) =>
      cell && [
        cell.state,
        cell.at,
        cell.attempts,
        cell.failure,
        cell.stuck ?? null,
        cell.known,
        cell.text,
        cell.value,
      ],
  );
  return JSON.stringify({ phase, pivotBegan, active, skipped, parked, failure, places });
}
