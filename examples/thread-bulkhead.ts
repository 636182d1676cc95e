// Ends with: ended it: TIMEOUT, and the next call works: 6765
// A thread bulkhead runs work that may block or crash in workers: this event loop goes on whatever happens there.
import { threadBulkhead } from '@holdfast/resilience/isolation';

// A module of your own; written out here as a URL so that the example is one file.
const source = `
  export const fibonacci = (n) => (n < 2 ? n : fibonacci(n - 1) + fibonacci(n - 2));
  export const hang = () => { for (;;); };`;
const module = `data:text/javascript,${encodeURIComponent(source)}`;

const numbers = threadBulkhead({ module, threads: 2, timeout: '2s', abortGrace: '20ms' });
const hung = numbers.run('hang', []).catch((error: { code: string }) => error.code);
console.log('a worker hangs, and this line is printed all the same');
const code = await hung;
console.log(`ended it: ${code}, and the next call works: ${await numbers.run('fibonacci', [20])}`);
await numbers.close();
