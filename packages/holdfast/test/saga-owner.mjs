// A process that owns a ledger in a folder, and drives one saga in it whose compensation is stuck.
import { openLedger, saga, terminal } from '@holdfast/transactions';
import { folderEngine } from '@holdfast/transactions/node';

const unpaid = () => {
  throw terminal('no money');
};
const broken = () => {
  throw new TypeError('the warehouse has changed its interface');
};
const order = saga('order', { version: 2 })
  .step('reserve', { do: () => ({ shelf: 7 }), undo: broken })
  .pivot('charge', { do: unpaid });

// As the server of a service does: a saga that waits for somebody keeps no process alive.
const alive = setInterval(() => {}, 60_000);
const ledger = await openLedger({ engine: folderEngine(process.argv[2]), definitions: [order] });
const run = await ledger.start(order, { sku: 'chair' }, { id: 'order-17' });
console.log('started');
console.log(JSON.stringify(await run.result));
await ledger.close();
clearInterval(alive);
