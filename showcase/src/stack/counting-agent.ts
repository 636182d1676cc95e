import { Agent, type Dispatcher } from 'undici';
import type { Tally } from './tally.ts';

/** The HTTP client of all variants: keeps connections open, and counts what really goes over the wire. */
export function countingAgent(tally: Tally): Dispatcher {
  return new Agent({ keepAliveTimeout: 20_000, connections: 512, pipelining: 1 }).compose(
    (dispatch) => (options, handler) => {
      tally.attempts++;
      return dispatch(options, handler);
    },
  );
}
