import { type Duration, type SleepOptions, sleep } from '@holdfast/core';

/** Whether all of `duration` has passed: false when the signal aborts first. */
export async function sleptFor(duration: Duration, options: SleepOptions): Promise<boolean> {
  try {
    await sleep(duration, options);
    return true;
  } catch (error) {
    if (options.signal?.aborted === true) return false;
    throw error;
  }
}
