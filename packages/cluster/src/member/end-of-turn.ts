/**
 * Calls `run` once all that has come in is dealt with: when the event loop has gone through what was ready to be read.
 * Work that gathers until then is done once for all of it.
 */
export function atEndOfTurn(run: () => void): void {
  setImmediate(run);
}
