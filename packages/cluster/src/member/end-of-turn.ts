/**
 * Calls `run` once all that has come in is dealt with: when the event loop has gone through what was ready to be read.
 * Work that gathers until then is done once for all of it.
 */
export function atEndOfTurn(run: () => void): void {
  setImmediate(run);
}

/** Resolves in another turn of the event loop, so that a long piece of work leaves room for everything else. */
export function nextTurn(): Promise<void> {
  return new Promise(atEndOfTurn);
}
