/**
 * Runs one subject of one case, alone in its process, so that no library's shapes, timers or garbage touch
 * another's figures. The parent says when to run a round; in between this process does nothing.
 */
import type { Area, LoadRound, Method, Workload } from './area.ts';
import { consumed } from './workload.ts';

const roundNanoseconds = 10e6;
const warmUpNanoseconds = 400e6;
const heapCalls = 4_000;

const [areaName, caseName, libraryName, scale] = process.argv.slice(2) as [string, string, string, string];
const { area } = (await import(`../areas/${areaName}.ts`)) as { area: Area };
const library = [area.floor, area.holdfast, ...area.peers].find(({ name }) => name === libraryName);
const { method } = area.cases.find(({ name }) => name === caseName) as { method: Method };
const subject = library?.subjects[caseName];
if (subject === undefined) throw new Error(`${libraryName} has no subject for ${caseName}`);

const workload = await subject(Number(scale));
const callsPerRound = method === 'time' || method === 'rate' ? await warmUp(workload) : heapCalls;
if (method === 'heap') await workload.run(heapCalls);

process.on('message', async () => {
  const measured = await measureRound().catch(async (error) => {
    await workload.stop?.();
    throw error;
  });
  const round: LoadRound = typeof measured === 'number' ? { value: measured, beside: {} } : measured;
  process.send?.({ ...round, consumed: consumed() });
});
process.on('disconnect', async () => {
  await workload.stop?.();
  process.exit(0);
});
process.send?.({ ready: true });

async function measureRound(): Promise<number | LoadRound> {
  switch (method) {
    case 'time':
      return (await nanoseconds(workload, callsPerRound)) / callsPerRound;
    case 'rate':
      return (callsPerRound * 1e3) / (await nanoseconds(workload, callsPerRound));
    case 'heap':
      return heapBytes(workload);
    case 'bytes':
    case 'figure':
    case 'load':
    case 'tail':
      return (await workload.run(1)) as number | LoadRound;
  }
}

/** Runs long enough for the optimiser to settle, and finds how many calls fill a round. */
async function warmUp(work: Workload): Promise<number> {
  let calls = 16;
  let spent = 0;
  let perCall = Number.POSITIVE_INFINITY;
  while (spent < warmUpNanoseconds) {
    const took = await nanoseconds(work, calls);
    spent += took;
    perCall = took / calls;
    if (took < roundNanoseconds) calls *= 2;
  }
  return Math.max(1, Math.round(roundNanoseconds / perCall));
}

async function nanoseconds(work: Workload, calls: number): Promise<number> {
  const start = process.hrtime.bigint();
  await work.run(calls);
  return Number(process.hrtime.bigint() - start);
}

/** Needs the roomy young generation of `interleave.ts`. */
async function heapBytes(work: Workload): Promise<number> {
  globalThis.gc?.();
  const before = process.memoryUsage().heapUsed;
  await work.run(heapCalls);
  return (process.memoryUsage().heapUsed - before) / heapCalls;
}
