import type { Area } from '../harness/area.ts';
import { cockatielCooperative, cockatielSubjects } from './resilience/cockatiel.ts';
import { effectInOneFiber, effectPerCall } from './resilience/effect.ts';
import { floor } from './resilience/floor.ts';
import { handWritten } from './resilience/hand-written.ts';
import { holdfastSubjects } from './resilience/holdfast.ts';
import { limiterSubjects } from './resilience/limiter.ts';
import { opossumSubjects } from './resilience/opossum.ts';
import { pRetryWithOpossum } from './resilience/p-retry-opossum.ts';
import { rateLimiterFlexibleSubjects } from './resilience/rate-limiter-flexible.ts';

export const area: Area = {
  what: 'Protecting calls that succeed at once, so that only the protection costs',
  cases: [
    { name: 'chain', what: 'retry, breaker, bulkhead and timeout around an async no-op', method: 'time' },
    { name: 'chain-heap', what: 'what the same chain allocates', method: 'heap' },
    { name: 'chain-signal', what: 'the same chain, and the operation reads its AbortSignal', method: 'time' },
    { name: 'breaker', what: 'a breaker alone around an async no-op', method: 'time' },
    { name: 'breaker-sync', what: 'a breaker alone around a synchronous no-op', method: 'time' },
    { name: 'timeout', what: 'a timeout alone around an async no-op', method: 'time' },
    { name: 'retry-decision', what: 'whether to try again and after how long', method: 'time' },
    { name: 'refusal', what: 'an open breaker says no', method: 'time' },
    { name: 'limiter', what: 'one check of a token bucket that grants it', method: 'rate' },
    { name: 'limiter-keys', what: 'for each of 1,000,000 keys, besides a map of them', method: 'bytes' },
    { name: 'size-all', what: 'everything, minified and gzipped', method: 'bytes' },
    { name: 'size-min', what: 'breaker and retry, minified and gzipped', method: 'bytes' },
  ],
  floor,
  holdfast: holdfastSubjects,
  peers: [
    cockatielSubjects,
    cockatielCooperative,
    opossumSubjects,
    pRetryWithOpossum,
    effectPerCall,
    effectInOneFiber,
    handWritten,
    limiterSubjects,
    rateLimiterFlexibleSubjects,
  ],
};
