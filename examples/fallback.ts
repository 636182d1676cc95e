// Ends with: 0 in stock, says nobody-knows
// Fallbacks answer when the call fails: here first another warehouse, then a safe default.
import { fallback, pipeline } from '@holdfast/resilience';

async function askReplica(): Promise<number> {
  throw new Error('the replica is down, too');
}

const stock = pipeline(
  fallback(() => 0, { name: 'nobody-knows' }),
  fallback(askReplica, { name: 'replica' }),
);
const outcome = await stock.tryExecute(async () => {
  throw new Error('the database is down');
});
if (outcome.ok) console.log(`${outcome.value} in stock, says ${outcome.degradedBy}`);
