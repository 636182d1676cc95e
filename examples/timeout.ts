// Ends with: the query heard of it: search ended the call after 300ms: allow more, or find out what is slow
// A time-out answers the caller in time, and aborts the signal of the work that nobody waits for any more.
import { ManualWorld } from '@holdfast/core';
import { timeout } from '@holdfast/resilience';

const world = new ManualWorld();
const search = timeout('300ms', { world, name: 'search' });

let heard = '';
const call = search.tryExecute(({ signal }) => {
  signal.addEventListener('abort', () => {
    heard = signal.reason.message;
  });
  return new Promise<string[]>(() => {}); // A query that never ends.
});
await world.advance('300ms');
const outcome = await call;
if (!outcome.ok) console.log(`${outcome.error.code}, did it happen? ${outcome.error.executed}`);
console.log(`the query heard of it: ${heard}`);
