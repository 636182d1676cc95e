import type { Duration, ManualWorld } from '@holdfast/core';

/** Lets the time of `world` pass until `work` is done, and gives what it gives. */
export async function driven<Value>(
  world: ManualWorld,
  work: Promise<Value>,
  step: Duration = '5ms',
): Promise<Value> {
  let settled = false;
  const watched = work.finally(() => {
    settled = true;
  });
  watched.catch(() => {});
  await world.settle();
  while (!settled) await world.advance(step);
  return watched;
}
