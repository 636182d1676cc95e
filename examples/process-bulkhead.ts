// Ends with: the crash was contained: WORKER_CRASHED, and the next call answered 42
// Risky work in child processes: one that crashes, even in native code, takes only its own call along.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isHoldfastError } from '@holdfast/core';
import { processBulkhead } from '@holdfast/resilience/isolation';

const folder = await mkdtemp(join(tmpdir(), 'example-'));
const module = join(folder, 'work.mjs');
await writeFile(
  module,
  "export const double = (n) => n * 2; export const crash = () => process.kill(process.pid, 'SIGKILL');",
);

const work = processBulkhead({ module, processes: 1, maxQueue: 10 });
const crash = await work.run('crash', []).catch((error: unknown) => error);
const answer = await work.run('double', [21]);
await work.close();
await rm(folder, { recursive: true });
const code = isHoldfastError(crash) ? crash.code : 'nothing';
console.log(`the crash was contained: ${code}, and the next call answered ${answer}`);
