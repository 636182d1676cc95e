import { readdirSync } from 'node:fs';
import type { ObservedHost } from './observed-host.ts';

/** What keeps the process alive, its threads and its file descriptors. */
export function observeHandles({ files, registry }: ObservedHost): void {
  const limit = () => numberIn(files.read('/proc/self/limits'), /^Max open files +(\d+)/m);
  registry.observe(
    'v8js.resource.active',
    {
      kind: 'updown',
      unit: '{resource}',
      help: 'Sockets, timers, requests and the like that keep the process alive.',
      labels: ['v8js.resource.type'],
      seriesMax: 100,
    },
    () => {
      const counts = new Map<string, number>();
      for (const type of process.getActiveResourcesInfo()) counts.set(type, (counts.get(type) ?? 0) + 1);
      return [...counts].map(([type, value]) => ({ labels: { 'v8js.resource.type': type }, value }));
    },
  );
  registry.observe(
    'process.thread.count',
    {
      kind: 'updown',
      unit: '{thread}',
      exposedName: 'process_threads',
      help: 'Threads of the process.',
    },
    () => numberIn(files.read('/proc/self/status'), /^Threads:\s+(\d+)$/m),
  );
  registry.observe(
    'process.unix.file_descriptor.count',
    {
      kind: 'updown',
      unit: '{file_descriptor}',
      exposedName: 'process_unix_file_descriptors',
      help: 'File descriptors that are open.',
    },
    () => openDescriptors(),
  );
  registry.observe(
    'holdfast.process.file_descriptor.limit',
    { kind: 'gauge', unit: '{file_descriptor}', help: 'File descriptors that may be open.' },
    limit,
  );
  registry.observe(
    'holdfast.process.file_descriptor.utilization',
    { kind: 'gauge', unit: '1', help: 'Share of the file descriptors that may be open.' },
    () => {
      const [open, most] = [openDescriptors(), limit()];
      return open === undefined || most === undefined ? undefined : open / most;
    },
  );
  registry.observe(
    'process.uptime',
    { kind: 'gauge', unit: 's', help: 'How long it has been running.' },
    () => process.uptime(),
  );
}

function openDescriptors(): number | undefined {
  try {
    // One of them is that of the listing.
    return readdirSync('/proc/self/fd').length - 1;
  } catch {
    return undefined;
  }
}

function numberIn(text: string | undefined, pattern: RegExp): number | undefined {
  const digits = pattern.exec(text ?? '')?.[1];
  return digits === undefined ? undefined : Number(digits);
}
