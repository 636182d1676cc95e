import type { LoadRound, Workload } from '../../../harness/area.ts';
import { spanRequest, spansOfRequest } from './span-request.ts';

/** Requests that a round decodes, after as many that nobody times. */
const requests = 400;

/** Spans a second that `decode` reads, one request after the other; it returns how many it found in one. */
export function decoding(decode: (request: Buffer) => number): Workload {
  const request = spanRequest();
  const decodeAll = (): void => {
    for (let index = 0; index < requests; index++) {
      if (decode(request) !== spansOfRequest) throw new Error('not all spans were decoded');
    }
  };
  return {
    run(): LoadRound {
      decodeAll();
      const began = performance.now();
      decodeAll();
      return { value: (requests * spansOfRequest * 1e3) / (performance.now() - began), beside: {} };
    },
  };
}
