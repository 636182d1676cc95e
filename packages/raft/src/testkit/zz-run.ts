import { runSeedSync } from '@holdfast/simulation';
import { raftScenario } from './scenario/raft-scenario.ts';
const five = ['member-1','member-2','member-3','member-4','member-5'];
const scenario = raftScenario({ name: 'raft', voters: five });
const from = Number(process.argv[2] ?? 0), count = Number(process.argv[3] ?? 20);
let virtual = 0, events = 0; const t0 = performance.now();
const bad: Record<string, number> = {};
for (let seed = from; seed < from + count; seed++) {
  const t=performance.now();
  const r = runSeedSync(scenario, { seed });
  virtual += r.time; events += r.events;
  if (r.verdict !== 'passed') { const k = r.verdict + ' ' + r.text.slice(0, 300); bad[k] = (bad[k] ?? 0) + 1; console.log(seed, k); }
  if (process.argv[4]) console.log(seed, r.time/1e6, r.events, (performance.now()-t).toFixed(0), r.verdict);
}
const wall = (performance.now() - t0) / 1000;
console.log({ virtual: virtual / 1e6, wall, ratio: virtual / 1e6 / wall, events, evps: events / wall });
