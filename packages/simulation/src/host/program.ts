import type { HostContext } from './host-context.ts';

/** What a process does from its start to its end: `start` runs anew at each start of its host. */
export type Program = (context: HostContext) => void | Promise<void>;
