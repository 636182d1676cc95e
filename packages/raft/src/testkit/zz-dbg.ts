import { SimulatedWorld } from '@holdfast/simulation';
import { consensusConformance, raftProtocol } from '@holdfast/raft/testkit';
const world = new SimulatedWorld({ seed: 1, shuffleTies: true });
try { consensusConformance.find(c=>c.name.startsWith('5 members survive a storm'))!.run(raftProtocol, world); } catch (e) { console.log(String(e)); }
for (const f of world.failures) console.log(f.host, f.at, (f.error as Error).stack);
