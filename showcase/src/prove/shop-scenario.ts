import { type JsonValue, sleep } from '@holdfast/core';
import type { Scenario, ScenarioProgram } from '@holdfast/simulation';
import type { Ledger as SagaLedger } from '@holdfast/transactions';
import { Ledger } from '../ledger/ledger.ts';
import { businesses } from '../shop/businesses.ts';
import type { Fact } from '../shop/facts.ts';
import type { Order } from '../shop/order.ts';
import { type ServiceName, serviceNames } from '../shop/services.ts';
import type { OpenBusiness } from '../shop/workplace.ts';
import type { Conditions } from '../storm/conditions.ts';
import { Weather } from '../storm/weather.ts';
import { startService } from './simulated-service.ts';
import { SimulatedWire } from './simulated-wire.ts';
import { stockErrors } from './stock-errors.ts';

/** How long faults may strike, in simulated milliseconds. */
export const stormMillis = 3_000;
/** As real customers: see `load/customers.ts`. */
const patienceMillis = 2_000;
const pressesMax = 2;

/** What happens in a run, as data: somebody presses the button, or the weather of a service changes. */
export type Event =
  | { readonly kind: 'customer'; readonly order: Order; readonly hesitationMillis: number }
  | { readonly kind: 'weather'; readonly service: ServiceName; readonly conditions: Conditions };
export type Operation = Event & JsonValue;

/** The shop as those see it who watch a run. */
export interface Watched {
  readonly books: Readonly<Record<ServiceName, Fact[]>>;
  readonly weather: Readonly<Record<ServiceName, Weather>>;
  readonly audit: Ledger;
  /** Customers who have neither got their order nor gone. */
  shopping: number;
  sagas: SagaLedger | undefined;
  press: (order: Order) => Promise<boolean>;
  rest: (millis: number) => Promise<void>;
}

export type Businesses = Readonly<Record<ServiceName, OpenBusiness>>;

/**
 * The shop of the showcase under Holdfast: its five services on hosts of a simulated network, and what must hold of them in
 * the end. Tests plant bugs by other `open` functions.
 */
export function shopScenario(open: Businesses = businesses): Scenario<Operation, Watched> {
  return {
    name: 'shop',
    storm: `${stormMillis}ms`,
    settling: '2m',
    hosts: {
      ...record(
        (service): ScenarioProgram<Watched> =>
          (context, watched) => {
            if (service === 'orders') watched.sagas = undefined;
            return startService(service, open[service], context, {
              book: watched.books[service],
              weather: watched.weather[service],
              ledgerOpened: (ledger) => {
                watched.sagas = ledger;
              },
            });
          },
      ),
      customers: (context, watched) => {
        watched.rest = (millis) => sleep(millis, { world: context });
        const wire = new SimulatedWire(context);
        watched.press = async (order) => {
          const request = { method: 'POST', path: '/checkout', headers: {}, body: order };
          const answer = await Promise.race([wire.ask('gateway', request), watched.rest(patienceMillis)]);
          return answer?.status === 201;
        };
      },
    },
    state: (simulation) => ({
      books: record((): Fact[] => []),
      weather: record((service) => new Weather(simulation.random(`weather of ${service}`))),
      audit: new Ledger(),
      shopping: 0,
      sagas: undefined,
      press: async () => false,
      rest: async () => {},
    }),
    async perform(event, _client, watched) {
      if (event.kind === 'weather') {
        watched.weather[event.service].conditions = event.conditions;
        return;
      }
      watched.shopping++;
      for (let press = 1; press <= pressesMax; press++) {
        if (await watched.press(event.order)) {
          watched.audit.accept(event.order.basket, 0);
          break;
        }
        if (press < pressesMax) await watched.rest(event.hesitationMillis);
      }
      watched.shopping--;
    },
    progress: ({ shopping, sagas }) => shopping === 0 && sagas?.figures.byStatus.running === 0,
    check({ books, audit, sagas }) {
      for (const service of serviceNames) for (const fact of books[service]) audit.enter(fact);
      const { accepted: _, ...faults } = audit.audit();
      const stuck = sagas?.figures.byStatus.stuck ?? 0;
      const errors = [
        ...Object.entries({ ...faults, stuck }).flatMap(([name, count]) =>
          count === 0 ? [] : [`${name}: ${count} of the orders`],
        ),
        ...stockErrors(books.inventory, books.shipping),
      ];
      return errors.length === 0 ? undefined : { verdict: 'violated', text: errors.join('; ') };
    },
  };
}

function record<Value>(make: (service: ServiceName) => Value): Record<ServiceName, Value> {
  return Object.fromEntries(serviceNames.map((name) => [name, make(name)])) as Record<ServiceName, Value>;
}
