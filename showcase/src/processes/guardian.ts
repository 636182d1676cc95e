import { rmSync } from 'node:fs';
import { onParentGone } from './parent.ts';

/**
 * Outlives the showcase by a moment, however that ends: even when it is killed outright, no service stays behind,
 * not a paused one either, and no file. Knows the folder from its argument and the processes from messages.
 */
export type GuardianMessage = { readonly watch: number } | { readonly unwatch: number };

const folder = process.argv[2]!;
const watched = new Set<number>();

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => {});

process.on('message', (message: GuardianMessage) => {
  if ('watch' in message) watched.add(message.watch);
  else watched.delete(message.unwatch);
});

onParentGone(() => {
  for (const pid of watched) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // It has gone by itself.
    }
  }
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  process.exit(0);
});

process.send!('ready');
