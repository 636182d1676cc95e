import type { AdminProfile } from '../admin/admin-api.ts';
import { sampleStacks } from './stack-samples.ts';

/**
 * What this thread was busy with: its stack, looked at a thousand times a second. Time in which it waits within a call, as
 * `readFileSync` does, counts as well; time in which it has nothing to do does not. `(program)` is code without JavaScript,
 * `(garbage collector)` what it says.
 */
export async function takeCpuProfile(duration: number, signal: AbortSignal): Promise<AdminProfile> {
  const { tree, samples, startedAt, duration: taken } = await sampleStacks(duration, signal, () => {});
  for (const { node, from, to } of samples) tree.spend(node, to - from);
  return tree.toProfile({ kind: 'cpu', unit: 'microseconds', startedAt, duration: taken });
}
