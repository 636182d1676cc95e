import { Customers } from '../load/customers.ts';
import { arrivals } from '../load/schedule.ts';

/** So long so large a share of the presses has to be accepted. */
const wellMillis = 4_000;
const wellShare = 0.9;
const patienceMillis = 90_000;
const lookEveryMillis = 250;

/** The machine has too little room for the shop: there is no calm that a trouble could end. */
export class NeverWell extends Error {
  constructor() {
    super(`the shop did not serve ${wellShare * 100} % of its customers within ${patienceMillis / 1_000} s`);
  }
}

/**
 * Lets customers into a shop that has just been opened, until they have been served well for some seconds: its code is cold
 * at first, and what is usual is not what it does then.
 *
 * @throws NeverWell
 */
export async function warmUp(gatewayPort: number, seed: number, ordersPerSecond: number): Promise<void> {
  const outcomes: { readonly end: number; readonly accepted: boolean }[] = [];
  const customers = new Customers(
    gatewayPort,
    arrivals(seed, ordersPerSecond),
    ({ at, latencyMillis, accepted }) => outcomes.push({ end: at + latencyMillis, accepted }),
  );
  const isWell = (): boolean => {
    const from = customers.elapsed - wellMillis;
    const last = outcomes.filter(({ end }) => end >= from);
    return (
      from >= 0 && last.filter(({ accepted }) => accepted).length >= wellShare * Math.max(1, last.length)
    );
  };
  try {
    while (!isWell()) {
      if (customers.elapsed > patienceMillis) throw new NeverWell();
      await new Promise((resolve) => setTimeout(resolve, lookEveryMillis));
    }
    customers.closeAt(customers.elapsed);
    await customers.gone();
  } catch (error) {
    await customers.stop();
    throw error;
  }
}
