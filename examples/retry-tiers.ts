// Ends with: with a word about it: 4 calls reach the store
// Three services that retry: their attempts multiply, unless a service tells its caller that it has retried already.
import { coreErrors, fromProblemDetails, toProblemDetails } from '@holdfast/core';
import { constant, finalError, retry } from '@holdfast/resilience';

async function callsThatReachTheStore(tell: (error: unknown) => unknown): Promise<number> {
  let reached = 0;
  let service = async (): Promise<string> => {
    reached++;
    throw coreErrors.create('UNEXPECTED', { message: 'the store is down', retryable: 'safe' });
  };
  for (const _tier of ['inventory', 'orders', 'gateway']) {
    const calls = retry({ maxAttempts: 4, backoff: constant(0) });
    const below = service;
    service = async () => {
      try {
        return await calls.execute(below);
      } catch (error) {
        throw fromProblemDetails(toProblemDetails(tell(error))); // What HTTP makes of it.
      }
    };
  }
  await service().catch(() => undefined);
  return reached;
}

console.log(`without: ${await callsThatReachTheStore((error) => error)} calls reach the store`);
console.log(`with a word about it: ${await callsThatReachTheStore(finalError)} calls reach the store`);
