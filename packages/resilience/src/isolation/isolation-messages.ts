import type { CauseJson } from '@holdfast/core';

/** What a worker is told. It runs one call at a time; `call` numbers tell late messages from present ones. */
export type MessageToWorker =
  | { readonly type: 'load'; readonly module: string }
  | { readonly type: 'call'; readonly call: number; readonly name: string; readonly args: readonly unknown[] }
  | { readonly type: 'abort'; readonly call: number; readonly reason: string };

/** What a worker says. */
export type MessageFromWorker =
  | { readonly type: 'ready' }
  | { readonly type: 'unusable'; readonly error: CauseJson }
  | { readonly type: 'value'; readonly call: number; readonly value: unknown }
  | { readonly type: 'error'; readonly call: number; readonly error: CauseJson }
  | { readonly type: 'missing'; readonly call: number; readonly functions: readonly string[] };

/** The program of every worker: one plain file beside the source, which the package ships, for source and build. */
export const workerProgram: URL = new URL('../../src/isolation/worker-program.mjs', import.meta.url);
