import type { AdminProfile } from '../admin/admin-api.ts';
import { LateTurns } from './late-turns.ts';
import { sampleStacks } from './stack-samples.ts';

/**
 * What kept others waiting for this thread: the stacks that ran while a timer was due and could not fire. Each microsecond of
 * such a delay is charged to the stack that was seen then, be it one long call, one that waits within itself
 * (`execFileSync`, `Atomics.wait`), or many short ones in a row. A delay of less than 5 ms is none.
 *
 * It does not tell what promises wait for, such as a database that is slow: that keeps nobody else waiting. Spans tell it.
 */
export async function takeOffCpuProfile(duration: number, signal: AbortSignal): Promise<AdminProfile> {
  const late = new LateTurns();
  try {
    const {
      tree,
      samples,
      startedAt,
      duration: taken,
    } = await sampleStacks(duration, signal, () => late.start());
    for (const { node, from, to } of samples) tree.spend(node, late.within(from, to));
    return tree.toProfile({ kind: 'off-cpu', unit: 'microseconds', startedAt, duration: taken });
  } finally {
    late.stop();
  }
}
