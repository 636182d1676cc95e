import { join } from 'node:path';
import { type MemberStatus, startNode } from '@holdfast/cluster';
import { isHoldfastError } from '@holdfast/core';
import {
  type MemberOrder,
  type MemberVitals,
  type ProcessMessage,
  vitalsEveryMillis,
} from '../processes/messages.ts';
import { onParentGone } from '../processes/parent.ts';
import { readUsage } from '../processes/usage.ts';
import { tell } from '../telemetry/tell.ts';
import { memberNames } from './members.ts';

/** One member of the store, as a process: started by the supervisor, and never longer alive than it. */
const { member, ports, folder, variant, telemetry: order } = JSON.parse(process.argv[2]!) as MemberOrder;
/** Of the history that watchers may ask for. */
const revisionsKept = 100_000;

process.on('SIGINT', () => {});
onParentGone(() => process.exit(0));
const say = (message: ProcessMessage<MemberVitals>): void => {
  if (process.connected) process.send!(message);
};
const url = (scheme: string, port: number): string => `${scheme}://127.0.0.1:${port}`;

const telemetry = await tell({ service: 'store', instance: member, version: variant }, order);
const node = await startNode({
  dataDir: join(folder, member),
  name: member,
  listenClientUrls: [],
  listenNativeUrls: [url('tcp', ports[member].native)],
  listenPeerUrl: url('http', ports[member].peer),
  initialCluster: new Map(memberNames.map((name) => [name, [url('http', ports[name].peer)]])),
  autoCompaction: { mode: 'revision', retention: revisionsKept },
}).catch((error: unknown) => {
  if (isHoldfastError(error) && error.code === 'ADDRESS_IN_USE') {
    say({ type: 'cannot-listen', code: 'EADDRINUSE' });
  }
  throw error;
});
node.stopped.catch((error: unknown) => {
  process.stderr.write(`the member has stopped by itself: ${String(error)}\n`);
  process.exit(1);
});
say({ type: 'ready' });

setInterval(() => {
  const { role, term } = node.member.status();
  say({ type: 'vitals', vitals: { role: doing(role), term, usage: readUsage(telemetry) } });
}, vitalsEveryMillis);

function doing(role: MemberStatus['role']): MemberVitals['role'] {
  if (role === 'leader') return 'leads';
  return role === 'follower' || role === 'learner' ? 'follows' : 'elects';
}
