// Written by `npm run simulate:mutants`.
import type { Find } from './hunt.ts';

/** The run that showed each planted bug when all were last hunted, by the name of the bug. */
export const finds: Readonly<Record<string, Find>> = {};
