// A node in a process of its own, from its options as JSON. It leaves in order when it is told to end.
import type { NodeOptions } from '../../src/node/node-options.ts';
import { startNode } from '../../src/node/start-node.ts';

type Options = Omit<NodeOptions, 'initialCluster'> & {
  readonly initialCluster: readonly (readonly [name: string, urls: readonly string[]])[];
};

const options = JSON.parse(process.argv[2]!) as Options;
const node = await startNode({ ...options, initialCluster: new Map(options.initialCluster) });
process.once('SIGTERM', () => void node.stop());
await node.stopped;
process.exit();
