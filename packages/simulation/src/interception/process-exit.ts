import process from 'node:process';
import { currentContext, exitCurrentProcess } from './active-simulation.ts';
import type { Replacement } from './replacement.ts';

/** `process.exit` ends the simulated process. */
export const exitReplacements: readonly Replacement[] = [
  {
    target: process,
    name: 'exit',
    replace:
      (original: typeof process.exit): typeof process.exit =>
      (code) => {
        if (currentContext() === undefined) return original(code);
        return exitCurrentProcess(Number(code ?? 0));
      },
  },
];
