import { type ErrorDefinition, HoldfastError, type HoldfastErrorOptions } from './error.ts';

type Entry = Omit<ErrorDefinition, 'code'>;

/** The errors that one package can produce. */
export interface ErrorCatalogue<Code extends string> {
  readonly definitions: { readonly [C in Code]: ErrorDefinition<C> };
  /** Makes the error called `code`. */
  create<C extends Code>(code: C, options: HoldfastErrorOptions): HoldfastError<C>;
}

/**
 * Declares a package's errors in one place:
 *
 *     export const storageErrors = defineErrors({
 *       JOURNAL_FULL: { severity: 'high', category: 'unavailable', retryable: 'safe', executed: 'no' },
 *     });
 *     throw storageErrors.create('JOURNAL_FULL', { message: `journal ${path} is full: free some space` });
 */
export function defineErrors<Code extends string>(
  entries: { readonly [C in Code]: Entry },
): ErrorCatalogue<Code> {
  const definitions = {} as { [C in Code]: ErrorDefinition<C> };
  for (const code of Object.keys(entries) as Code[]) {
    definitions[code] = Object.freeze({ ...entries[code], code });
  }
  Object.freeze(definitions);
  return {
    definitions,
    create: (code, options) => new HoldfastError(definitions[code], options),
  };
}
