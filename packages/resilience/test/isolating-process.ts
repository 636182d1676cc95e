// A process with isolated workers, to be watched from outside. `idle`: leaves workers idle and should end by
// itself. `busy`: says the ids of its worker processes, one of them blocked, and runs until it is killed.
import { processBulkhead, threadBulkhead } from '@holdfast/resilience/isolation';

const module = new URL('isolated-module.mjs', import.meta.url);
const processes = processBulkhead({ module, processes: 2 });

if (process.argv[2] === 'idle') {
  const threads = threadBulkhead({ module, threads: 1 });
  const sums = await Promise.all([processes.run('add', [1, 2]), threads.run('add', [3, 4])]);
  console.log(sums.join(' '));
} else {
  await Promise.all([processes.run('add', [1, 2]), processes.run('add', [1, 2])]);
  void processes.run('spin', []);
  void processes.run('never', []);
  setTimeout(() => console.log(processes.workers.join(' ')), 200);
}
