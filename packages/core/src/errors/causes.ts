import { isError, readField } from './thrown.ts';

/** A longer chain is cut: it serves nobody, and a hostile one need not end. */
const chainLengthMax = 16;

/** `error` and what caused it, the outermost first. Ends at a cycle, at what is no error, or after 16. */
export function causeChain(error: unknown): readonly unknown[] {
  const chain: unknown[] = [error];
  let cause = causeOf(error);
  while (cause !== undefined && chain.length < chainLengthMax && !chain.includes(cause)) {
    chain.push(cause);
    cause = causeOf(cause);
  }
  return chain;
}

function causeOf(error: unknown): unknown {
  return isError(error) ? readField(error, 'cause') : undefined;
}
