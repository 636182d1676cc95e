import { Customers } from '../load/customers.ts';
import { arrivals } from '../load/schedule.ts';
import { ServedWell } from '../load/served-well.ts';

const patienceMillis = 90_000;
const lookEveryMillis = 250;

/** The machine has too little room for the shop: there is no calm that a trouble could end. */
export class NeverWell extends Error {
  constructor() {
    super(`the shop did not serve its customers well within ${patienceMillis / 1_000} s`);
  }
}

/**
 * Lets customers into a shop that has just been opened, until they have been served well for some seconds: its code is cold
 * at first, and what is usual is not what it does then.
 *
 * @throws NeverWell
 */
export async function warmUp(gatewayPort: number, seed: number, ordersPerSecond: number): Promise<void> {
  const well = new ServedWell();
  const customers = new Customers(gatewayPort, arrivals(seed, ordersPerSecond), (press) =>
    well.record(press),
  );
  try {
    while (!well.at(customers.elapsed)) {
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
