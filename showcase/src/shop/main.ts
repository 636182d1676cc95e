import { join } from 'node:path';
import { platformWorld, seededRandom } from '@holdfast/core';
import {
  type ProcessMessage,
  type ServiceOrder,
  type ServiceVitals,
  type SupervisorMessage,
  vitalsEveryMillis,
} from '../processes/messages.ts';
import { onParentGone } from '../processes/parent.ts';
import { readUsage } from '../processes/usage.ts';
import { stacks } from '../stack/stacks.ts';
import { newTally } from '../stack/tally.ts';
import { Standstill } from '../storm/standstill.ts';
import { Weather } from '../storm/weather.ts';
import { tell } from '../telemetry/tell.ts';
import { Book } from './book.ts';
import { Hands } from './hands.ts';
import { loadBusiness } from './load-business.ts';
import { serve } from './server.ts';
import { traits } from './services.ts';

/** One service of the shop, as a process: started by the supervisor, and never longer alive than it. */
const order = JSON.parse(process.argv[2]!) as ServiceOrder;
const { service, variant, ports, store, folder, seed } = order;

// A Ctrl-C reaches the whole group of processes: what happens then is for the supervisor to say.
process.on('SIGINT', () => {});
onParentGone(() => process.exit(0));
const say = (message: ProcessMessage<ServiceVitals>): void => {
  if (process.connected) process.send!(message);
};

const instance = `${service}-${process.pid}`;
const telemetry = await tell({ service, instance, version: variant }, order.telemetry);
const tally = newTally();
const weather = new Weather(seededRandom(seed).fork(service));
const hands = new Hands(traits[service], weather);
const world = platformWorld();
const stack = stacks[variant]({ service, ports, tally, world });
const standstill = new Standstill();
process.on('message', ({ conditions }: SupervisorMessage) => {
  weather.conditions = conditions;
  standstill.each(conditions.blockedMillis);
  if (conditions.leakedShare === 0) hands.recover();
});

const openBusiness = await loadBusiness(service);
const business = await openBusiness({
  hands,
  stack,
  world,
  openBook: (remember) => Book.open(join(folder, `${service}.book`), remember),
  openLedger: async (definition) => {
    if (store === undefined) throw new Error('a shop with sagas needs a store');
    const { openOrdersLedger } = await import('../ledger/open-orders-ledger.ts');
    return openOrdersLedger(store, definition);
  },
});

serve(business.handle, stack, weather, tally)
  .on('error', (error: NodeJS.ErrnoException) => {
    say({ type: 'cannot-listen', code: error.code ?? error.message });
  })
  .listen({ host: '127.0.0.1', port: ports[service], backlog: 1_024 }, () => say({ type: 'ready' }));

setInterval(() => {
  const { busy, waiting } = hands;
  const owed = business.owed?.() ?? 0;
  tally.resumed = business.resumed?.() ?? 0;
  const usage = readUsage(telemetry);
  say({ type: 'vitals', vitals: { tally, busy, waiting, owed, readings: stack.readings(), usage } });
}, vitalsEveryMillis);
