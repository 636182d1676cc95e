import type { ProfileKind } from '../../api/console-api.ts';

/** What each kind of profile is called, and shows. */
export const kindWords: Readonly<Record<ProfileKind, { readonly name: string; readonly what: string }>> = {
  cpu: { name: 'CPU', what: 'where the process spends its time computing' },
  heap: { name: 'Heap', what: 'who allocated what is still held' },
  'off-cpu': { name: 'Off CPU', what: 'what the process waits for, and what holds its event loop up' },
};
