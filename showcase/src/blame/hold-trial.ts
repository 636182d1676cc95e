import { join } from 'node:path';
import { Customers } from '../load/customers.ts';
import { arrivals } from '../load/schedule.ts';
import { inWave } from '../load/wave.ts';
import { ConsoleProcess } from '../processes/console-process.ts';
import type { Guarded } from '../processes/guarded.ts';
import { choosePorts } from '../processes/ports.ts';
import { Shop } from '../processes/shop.ts';
import { playStorm } from '../storm/play.ts';
import { Looks } from './looks.ts';
import type { Trial } from './trial.ts';
import { judge, type Verdict } from './verdict.ts';

export interface Hearing {
  readonly guarded: Guarded;
  /** Where the console's data is kept, in a folder for each trial; undefined: nowhere. */
  readonly keep: string | undefined;
  /** Hears of what happens. */
  readonly told: (what: string) => void;
}

/** Opens a shop and a console, lets the trouble of the trial loose, and looks at what the console says meanwhile. */
export async function holdTrial(trial: Trial, { guarded, keep, told }: Hearing): Promise<Verdict> {
  const { seed, fault, wave, ordersPerSecond } = trial;
  const folder = keep === undefined ? undefined : join(keep, `storm-${seed}`);
  const console = await ConsoleProcess.start(guarded, folder);
  const ports = await choosePorts(0);
  const shop = new Shop('holdfast', ports, seed, guarded, console.order, told);
  await shop.open();
  const customers = new Customers(ports.gateway, inWave(arrivals(seed, ordersPerSecond), wave), () => {});
  const looks = new Looks(console, () => customers.elapsed);
  playStorm([{ name: fault.trouble.kind, faults: [fault] }], shop, told);
  await new Promise((resolve) => setTimeout(resolve, trial.until - customers.elapsed));
  await looks.end();
  await customers.stop();
  await shop.close();
  await console.stop();
  return judge(trial, looks.all);
}
