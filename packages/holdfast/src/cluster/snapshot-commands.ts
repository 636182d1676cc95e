import { createHash } from 'node:crypto';
import { open, rename, rm } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { inspectSnapshot, restoreFolder } from '@holdfast/cluster';
import { readFlagValues } from '../node/flag-values.ts';
import { nodeSettings } from '../node/node-settings.ts';
import { UsageError } from '../usage-error.ts';
import type { ClusterCommand } from './cluster-command.ts';
import { CommandFailed } from './command-failed.ts';
import { bytesText } from './status-command.ts';
import { textTable } from './text-table.ts';

/** Bytes at the end of a snapshot's file: the SHA-256 of all before it. */
const checksumBytes = 32;

export const snapshotSave: ClusterCommand = {
  usage: '<file>',
  summary: 'save the whole store, as one member has it now, in a file',
  takes: [1, 1],
  run: async ({ arguments: [path], client, endpoints, print }) => {
    const target = resolve(path!);
    const draft = `${target}.part`;
    const file = await open(draft, 'w', 0o600);
    try {
      let revision = 0;
      let bytes = 0;
      const hash = createHash('sha256');
      let tail: Uint8Array = new Uint8Array(0);
      // A snapshot is as of one member: several endpoints would have to agree on it.
      for await (const { blob, header } of client().snapshot({ endpoint: endpoints[0]! })) {
        revision = header?.revision ?? revision;
        bytes += blob.length;
        await file.writeFile(blob);
        const seen = Buffer.concat([tail, blob]);
        const end = Math.max(0, seen.length - checksumBytes);
        hash.update(seen.subarray(0, end));
        tail = seen.subarray(end);
      }
      if (!hash.digest().equals(tail))
        throw new CommandFailed('what arrived is not what was sent: try again');
      await file.sync();
      await file.close();
      await rename(draft, target);
      await syncFolder(dirname(target));
      print({ file: target, revision, bytes }, [
        `saved revision ${revision} in ${target}: ${bytesText(bytes)}`,
      ]);
    } catch (error) {
      await file.close();
      await rm(draft, { force: true });
      throw error;
    }
  },
};

/** The name is durable too. */
async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

export const snapshotStatus: ClusterCommand = {
  usage: '<file>',
  summary: "what is in a snapshot's file, read whole and checked",
  takes: [1, 1],
  run: async ({ arguments: [path], print }) => {
    const facts = await inspectSnapshot(path!);
    const { bytes, index, keys, leases, revision } = facts;
    print(
      facts,
      textTable(
        ['revision', 'keys', 'leases', 'log index', 'size'],
        [[revision, keys, leases, index, bytesText(bytes)]],
      ),
    );
  },
};

/** As `holdfast node` has them. */
const restoreOptions = {
  name: 'value',
  'data-dir': 'value',
  'initial-cluster': 'value',
  'initial-cluster-token': 'value',
  'initial-advertise-peer-urls': 'value',
} as const;

export const snapshotRestore: ClusterCommand = {
  usage: '<file> --data-dir <folder> [--name, --initial-cluster, --initial-advertise-peer-urls ...]',
  summary: 'make the folder of a first member of a new cluster from the file',
  takes: [1, 1],
  options: restoreOptions,
  run: async ({ arguments: [path], options, print }) => {
    const args = Object.keys(restoreOptions).flatMap((name) =>
      options[name] === undefined ? [] : [`--${name}=${options[name]}`],
    );
    // As `holdfast node` will be told, so that the two agree.
    const read = nodeSettings(await readFlagValues(args, {}));
    if ('problems' in read) throw new UsageError(read.problems.join('\n'));
    const { node } = read.settings;
    const restored = await restoreFolder({ ...node, snapshotFile: path! });
    const { clusterId, keys, memberId, revision } = restored;
    print({ ...restored, dataDir: resolve(node.dataDir) }, [
      `${resolve(node.dataDir)} is the folder of ${node.name} (${memberId}) in the new cluster ${clusterId}:`,
      `${keys} keys at revision ${revision}. Restore the other first members from the same file, then start all.`,
    ]);
  },
};
