import type { ProfileKind } from '../../api/console-api.ts';

/** What each kind of profile is called, and shows. */
export const kindWords: Readonly<Record<ProfileKind, { readonly name: string; readonly what: string }>> = {
  cpu: { name: 'CPU', what: 'where the process spends its time computing' },
  heap: { name: 'Heap', what: 'where it allocated memory, freed since or not' },
  'off-cpu': { name: 'Off CPU', what: 'what ran while a timer was due, and kept all others waiting' },
};
