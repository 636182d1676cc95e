import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Customers } from '../load/customers.ts';
import { arrivals } from '../load/schedule.ts';
import { inWave } from '../load/wave.ts';
import { ConsoleProcess } from '../processes/console-process.ts';
import type { Guarded } from '../processes/guarded.ts';
import { choosePorts, chooseStorePorts } from '../processes/ports.ts';
import { Shop } from '../processes/shop.ts';
import { Looks } from '../report/looks.ts';
import { playStorm } from '../storm/play.ts';
import type { Trial } from './trial.ts';
import { judge, type Verdict } from './verdict.ts';
import { warmUp } from './warm-up.ts';

export interface Court {
  readonly guarded: Guarded;
  /** Where the record of each trial is kept, and in a folder beside it what the console stored; undefined: nowhere. */
  readonly keep: string | undefined;
  /** Hears of what happens. */
  readonly told: (what: string) => void;
}

/** Customers of the warming up have baskets below this number. */
const firstBasket = 1_000_000;

/**
 * Opens a shop and a console, lets the trouble of the trial loose, and looks at what the console says meanwhile.
 *
 * @throws NeverWell
 */
export async function holdTrial(trial: Trial, { guarded, keep, told }: Court): Promise<Verdict> {
  const { seed, fault, wave, ordersPerSecond } = trial;
  const record = keep === undefined ? undefined : join(keep, `storm-${seed}`);
  const console = await ConsoleProcess.start(guarded, record);
  const ports = await choosePorts(0);
  const storePorts = await chooseStorePorts();
  const telemetry = console.order;
  const shop = new Shop({ variant: 'holdfast', ports, storePorts, seed, guarded, telemetry, crashed: told });
  try {
    await shop.open();
    await warmUp(ports.gateway, seed, ordersPerSecond);
    const begun = Date.now();
    const schedule = inWave(arrivals(seed, ordersPerSecond, firstBasket), wave);
    const customers = new Customers(ports.gateway, schedule, () => {});
    const looks = new Looks(console, () => customers.elapsed);
    playStorm([{ name: fault.trouble.kind, faults: [fault] }], shop, told);
    await new Promise((resolve) => setTimeout(resolve, trial.until));
    await looks.end();
    await customers.stop();
    const verdict = judge(trial, looks.all);
    if (record !== undefined)
      writeFileSync(`${record}.json`, JSON.stringify({ begun, trial, verdict, looks: looks.all }));
    return verdict;
  } finally {
    await shop.close();
    await console.stop();
  }
}
