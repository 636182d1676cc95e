/** How many of each thing somebody holds, such as `{ timers: 3, sockets: 1, listeners: 0 }`. */
export type Holdings = Readonly<Record<string, number>>;

/** What there is more of than before: a thing's name, and how many were left behind. */
export interface Leak {
  readonly what: string;
  readonly before: number;
  readonly after: number;
}

/**
 * Compares what a host held before some work with what it holds when all of it is over. A thing that was not counted
 * before counts as none. Things that there are fewer of are no leak.
 */
export function findLeaks(before: Holdings, after: Holdings): Leak[] {
  const leaks: Leak[] = [];
  for (const [what, now] of Object.entries(after)) {
    const then = Object.hasOwn(before, what) ? before[what]! : 0;
    if (now > then) leaks.push({ what, before: then, after: now });
  }
  return leaks;
}

/** Says what was left behind, or undefined, as an invariant does. */
export function describeLeaks(host: string, leaks: readonly Leak[]): string | undefined {
  if (leaks.length === 0) return undefined;
  const each = leaks.map(
    ({ what, before, after }) => `${after - before} ${what} (${before} before, ${after} now)`,
  );
  return `${host} left behind ${each.join(', ')}`;
}
