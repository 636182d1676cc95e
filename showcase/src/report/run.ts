import { Auditor } from '../ledger/auditor.ts';
import type { Audit } from '../ledger/ledger.ts';
import { type SagaCount, SagaReader } from '../ledger/saga-reader.ts';
import { Customers } from '../load/customers.ts';
import { arrivals } from '../load/schedule.ts';
import { ServedWell } from '../load/served-well.ts';
import type { ConsoleProcess } from '../processes/console-process.ts';
import type { Guarded } from '../processes/guarded.ts';
import type { Ports } from '../processes/ports.ts';
import { Shop } from '../processes/shop.ts';
import type { Variant } from '../stack/stack.ts';
import type { Tally } from '../stack/tally.ts';
import type { StorePorts } from '../store/members.ts';
import { type Episode, strikesService } from '../storm/fault.ts';
import { playStorm } from '../storm/play.ts';
import { comparedGoodput } from './compared-goodput.ts';
import { type ConsoleSight, ConsoleWatch } from './console-watch.ts';
import { type Cost, CostMeter } from './cost.ts';
import { type Recovery, recoveries } from './recovery.ts';
import { Timeline } from './timeline.ts';

export interface RunSetting {
  readonly variant: Variant;
  readonly seed: number;
  /** Length of the storm. */
  readonly durationMillis: number;
  readonly ordersPerSecond: number;
  readonly plan: readonly Episode[];
  readonly ports: Ports;
  /** For the store of the stack that has one. */
  readonly storePorts: StorePorts;
  readonly guarded: Guarded;
  /** Watches the shop, if there is one. */
  readonly console: ConsoleProcess | undefined;
  /** Of a hundred traces, so many are told to it. */
  readonly tracesPercent: number;
  /** Hears of what happens. */
  readonly told: (what: string) => void;
}

/** One shop through one storm, in numbers. */
export interface Run {
  readonly variant: Variant;
  /** Orders accepted per second. */
  readonly goodput: number;
  /** The same without the episodes that not every stack meets, each with the time until the next one: by this, stacks are compared. */
  readonly goodputCompared: number;
  /** Milliseconds from the press of the button to the good answer; null when there was none. */
  readonly p50: number | null;
  readonly p99: number | null;
  /** Presses of the button, and those among them that ended in an error or without an answer in time. */
  readonly presses: number;
  readonly errors: number;
  /** Customers who went away without their order, after two presses. */
  readonly customersLost: number;
  /** Requests over the wire for each call between services. */
  readonly attemptsPerRequest: number;
  readonly shed: number;
  readonly degraded: number;
  /** Of each episode of the storm; null where the shop has not what it strikes. */
  readonly recoveries: readonly (Recovery | null)[];
  /** The orders of the whole life of the shop, warming up included. */
  readonly orders: Audit;
  /** What the ledger says of their sagas; null where orders are no sagas. */
  readonly sagas: SagaReport | null;
  /** What was owed still when the books were audited, for it took too long. */
  readonly unsettled: number;
  /** What its processes took, and those that watched them. */
  readonly cost: Cost;
  /** What the console saw of it; null where there was none. */
  readonly seen: ConsoleSight | null;
}

export interface SagaReport extends SagaCount {
  /** Those that went on after their process had been killed. */
  readonly resumed: number;
}

/** Customers come before the measuring begins, until they are served well, so that no stack pays for cold code. At most so long. */
const warmingMillisMax = 20_000;
/** How long the shop has after the storm to finish what it has begun: so much, and as long again as the storm took. */
const settlingMillisMin = 20_000;
const quietLooks = 4;
const lookEveryMillis = 250;

/** Opens a shop, lets the load and the storm run through it, and counts what is left. */
export async function run(setting: RunSetting): Promise<Run> {
  const { variant, seed, durationMillis, ordersPerSecond, plan, ports, console, tracesPercent, told } =
    setting;
  const telemetry = console && { ...console.order, tracesPercent };
  const shop = new Shop({ ...setting, telemetry, crashed: told });
  await shop.open();
  const { store } = shop;
  const sagaReader = store && new SagaReader(store.endpoints);
  const auditor = new Auditor(shop.folder);
  const well = new ServedWell();
  let timeline: Timeline | undefined;
  const customers = new Customers(ports.gateway, arrivals(seed, ordersPerSecond), (press) => {
    if (timeline === undefined) well.record(press);
    else timeline.record(press);
    if (press.accepted) auditor.ledger.accept(press.order.basket, customers.elapsed);
  });
  while (!well.at(customers.elapsed) && customers.elapsed < warmingMillisMax) await pause(lookEveryMillis);

  const from = customers.elapsed;
  const until = from + durationMillis;
  timeline = new Timeline(from, until);
  customers.closeAt(until);
  const before = shop.tally;
  const met = plan.map(({ faults }) => store !== undefined || faults.every(strikesService));
  const meter = new CostMeter(shop.processes, console);
  const watch = console === undefined ? undefined : new ConsoleWatch(console);
  playStorm(plan, shop, told);
  await pause(until - customers.elapsed);
  const after = shop.tally;
  const taken = meter.end();
  shop.healAll();
  await customers.gone();
  const seen = (await watch?.end(plan, met)) ?? null;
  const settlingFrom = performance.now();
  const unsettled = await settled(shop, sagaReader, settlingMillisMin + durationMillis);
  const waited = ((performance.now() - settlingFrom) / 1_000).toFixed(1);
  told(
    unsettled === 0
      ? `nothing is owed any more, ${waited} s after the last customer`
      : `gives up: ${unsettled} things are owed still, ${waited} s after the last customer`,
  );
  const sagas = await sagaReader?.count();
  await sagaReader?.close();
  await shop.close();
  await auditor.catchUp();
  await auditor.close();

  const count = (name: keyof Tally): number => after[name] - before[name];
  const { presses, acceptances, latencies, customersLost } = timeline;
  return {
    variant,
    goodput: acceptances / (durationMillis / 1_000),
    goodputCompared: comparedGoodput(plan, timeline, durationMillis),
    p50: latencies.percentile(0.5) ?? null,
    p99: latencies.percentile(0.99) ?? null,
    presses,
    errors: presses - acceptances,
    customersLost,
    attemptsPerRequest: count('calls') === 0 ? 0 : count('attempts') / count('calls'),
    shed: count('shed'),
    degraded: count('degraded'),
    recoveries: recoveries(plan, timeline, durationMillis).map((each, index) => (met[index] ? each : null)),
    orders: auditor.ledger.audit(),
    sagas: sagas === undefined ? null : { ...sagas, resumed: shop.tally.resumed },
    unsettled,
    cost: taken.per({ orders: acceptances, requests: count('served') }),
    seen,
  };
}

/** Waits until nothing has been under way in the shop for a while. How much still is after time enough: 0, if all is well. */
async function settled(shop: Shop, sagas: SagaReader | undefined, millisMax: number): Promise<number> {
  const giveUpAt = performance.now() + millisMax;
  // Also sagas that no process has gone on with yet; while the store cannot say, there is something.
  const underWay = async (): Promise<number> =>
    (await sagas?.underWay().then(
      ({ size }) => size,
      () => 1,
    )) ?? 0;
  const things = async (): Promise<number> => shop.busyWith + (await underWay());
  let left = await things();
  for (let quiet = 0; performance.now() < giveUpAt && quiet < quietLooks; ) {
    await pause(lookEveryMillis);
    left = await things();
    quiet = left === 0 ? quiet + 1 : 0;
  }
  return left;
}

function pause(millis: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, Math.max(0, millis)));
}
