import type { ThreadProgram } from '../../src/embedded/member-thread.ts';

/** The thread's program as it is written, not as it is built. */
export const sourceProgram: ThreadProgram = {
  module: new URL('./source-worker.mjs', import.meta.url),
  execArgv: ['--conditions=@holdfast/source'],
};
