// Ends with: 1000 visitors, 1 query
// Calls with the same key at the same time share one run: a crowd asks the database once.
import { coalesce } from '@holdfast/resilience';

const pages = coalesce();
let queries = 0;
async function load(): Promise<string> {
  queries++;
  return 'the front page';
}

const visitors = Array.from({ length: 1_000 }, () => pages.execute(load, { key: 'front page' }));
await Promise.all(visitors);
console.log(`${visitors.length} visitors, ${queries} query`);
