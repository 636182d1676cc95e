/**
 * What a process that has crashed waits for. A promise of its own each time: whatever waits for it goes with it, where
 * one for all would keep them for ever.
 */
export function forever(): Promise<never> {
  return new Promise(() => {});
}
