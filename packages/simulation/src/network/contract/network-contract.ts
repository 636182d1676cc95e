import { abortCases } from './abort-cases.ts';
import { datagramCases } from './datagram-cases.ts';
import type { NetworkCase } from './network-case.ts';
import { streamCases } from './stream-cases.ts';

/**
 * What every implementation of core's `Network` has to keep, as cases for any test runner:
 *
 *     for (const { name, run } of networkContract) test(name, () => run(makePair()));
 *
 * A case is ordinary asynchronous code. Where time is virtual, let it pass until the case has ended.
 */
export const networkContract: readonly NetworkCase[] = [...streamCases, ...abortCases, ...datagramCases];
