// Ends with: order-1 was stuck at 'charge' (the bank does not answer), and is committed now
// Looking into a running process from outside: its policies, and a saga that waits for somebody, who lets it go on.
import { circuitBreaker, constant, Pipeline } from '@holdfast/resilience';
import { adminClient, openAdminEndpoint } from '@holdfast/telemetry';
import { memoryEngine, openLedger, saga } from '@holdfast/transactions';

// The process: a ledger, a pipeline, and an endpoint. Nothing has to be registered.
let bankAnswers = false;
const bank = new Pipeline([circuitBreaker({ name: 'bank', consecutiveFailures: 3 })], { name: 'payments' });
const order = saga('order', { version: 1 })
  .step('reserve', { do: () => 'seat 7', undo: () => {} })
  .pivot('charge', {
    do: () =>
      bank.execute(() => {
        if (!bankAnswers) throw new Error('the bank does not answer');
        return 'charged';
      }),
    retry: { maxAttempts: 2, backoff: constant('10ms') },
  });
const ledger = await openLedger({ engine: memoryEngine(), definitions: [order], name: 'orders' });
const token = 'known to operators alone';
const endpoint = await openAdminEndpoint({ service: 'shop', token });
const run = await ledger.start(order, undefined, { id: 'order-1' });

// The operator, who has the token. Without it one can look, and is not shown the data of users.
const admin = adminClient({ url: endpoint.url, token });
let [stuck] = await admin.sagas({ status: 'stuck' });
while (stuck === undefined) [stuck] = await admin.sagas({ status: 'stuck' });
const { actions, problem } = await admin.saga('orders', stuck.id);
console.log(`${stuck.id}: ${problem}; what can be asked of it: ${actions.join(', ')}`);
for (const { figures, kind, name, pipeline, state } of await admin.policies()) {
  console.log(`${kind} ${name} of ${pipeline} is ${state}`, figures);
}
bankAnswers = true;
await admin.act(stuck, 'retry');
const { status } = await run.result;

await endpoint.close();
await ledger.close();
console.log(`${stuck.id} was stuck at '${stuck.step}' (the bank does not answer), and is ${status} now`);
