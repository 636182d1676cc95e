import { statfs } from 'node:fs/promises';
import type { ObservedHost } from './observed-host.ts';

interface Space {
  readonly free: number;
  readonly used: number;
}

/** What the process reads and writes, and how full the file systems are that its folders lie on. */
export function observeDisk({ files, registry, sampler }: ObservedHost, folders: readonly string[]): void {
  registry.observe(
    'process.disk.io',
    {
      kind: 'counter',
      unit: 'By',
      help: 'Bytes that were read from disks and written to them.',
      labels: ['disk.io.direction'],
    },
    () => {
      const io = files.read('/proc/self/io') ?? '';
      return [
        { direction: 'read', bytes: /^read_bytes: (\d+)$/m.exec(io)?.[1] },
        { direction: 'write', bytes: /^write_bytes: (\d+)$/m.exec(io)?.[1] },
      ].flatMap(({ bytes, direction }) =>
        bytes === undefined ? [] : [{ labels: { 'disk.io.direction': direction }, value: Number(bytes) }],
      );
    },
  );
  const spaces = new Map<string, Space>();
  // A file system on a network may not answer for long: one question at a time, and none that a reading waits for.
  const asked = new Set<string>();
  const look = () => {
    for (const folder of folders) {
      if (asked.has(folder)) continue;
      asked.add(folder);
      statfs(folder)
        .then(
          ({ bavail, bfree, blocks, bsize }) =>
            spaces.set(folder, { free: bavail * bsize, used: (blocks - bfree) * bsize }),
          () => spaces.delete(folder),
        )
        .finally(() => asked.delete(folder));
    }
  };
  look();
  sampler.each(look);
  registry.observe(
    'system.filesystem.usage',
    {
      kind: 'updown',
      unit: 'By',
      help: 'Space of the file system that a folder lies on.',
      labels: ['system.filesystem.mountpoint', 'system.filesystem.state'],
    },
    () =>
      [...spaces].flatMap(([folder, { free, used }]) => [
        {
          labels: { 'system.filesystem.mountpoint': folder, 'system.filesystem.state': 'used' },
          value: used,
        },
        {
          labels: { 'system.filesystem.mountpoint': folder, 'system.filesystem.state': 'free' },
          value: free,
        },
      ]),
  );
  registry.observe(
    'system.filesystem.utilization',
    {
      kind: 'gauge',
      unit: '1',
      help: 'Share of the space that is used, of what an ordinary user may have.',
      labels: ['system.filesystem.mountpoint'],
    },
    () =>
      [...spaces].map(([folder, { free, used }]) => ({
        labels: { 'system.filesystem.mountpoint': folder },
        value: used / (used + free),
      })),
  );
}
