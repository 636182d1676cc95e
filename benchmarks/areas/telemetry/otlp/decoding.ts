import type { LoadRound, Workload } from '../../../harness/area.ts';
import { spanRequest, spansOfRequest } from './span-request.ts';

/** Requests that differ, so that no decoder has seen what is unique in one lately; and how often a round decodes each. */
const requestCount = 40;
const turns = 10;

/** Spans a second that `decode` reads, one request after the other; it returns how many it found in one. */
export function decoding(decode: (request: Buffer) => number): Workload {
  const requests = Array.from({ length: requestCount }, (_, seed) => spanRequest(seed));
  const decodeAll = (): void => {
    for (let turn = 0; turn < turns; turn++) {
      for (const request of requests) {
        if (decode(request) !== spansOfRequest) throw new Error('not all spans were decoded');
      }
    }
  };
  return {
    run(): LoadRound {
      decodeAll();
      const began = performance.now();
      decodeAll();
      return {
        value: (turns * requestCount * spansOfRequest * 1e3) / (performance.now() - began),
        beside: {},
      };
    },
  };
}
