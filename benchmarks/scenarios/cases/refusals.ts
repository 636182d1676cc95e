import { admits, failOnce, settlement } from '../probing.ts';
import { type Scenario, scenario } from '../scenario.ts';

export const refusals: readonly Scenario[] = [
  scenario(
    'breaker',
    'what a refusal tells',
    'The refusal of an open breaker says who refused and when to come back.',
    async (make) => {
      const breaker = make({ failures: 1, openMilliseconds: 5_000 });
      await failOnce(breaker);
      const { reason } = await settlement(
        breaker.execute(async () => {}),
        100,
      );
      const { retryAfterMilliseconds, name } = breaker.advice(reason);
      const wait =
        retryAfterMilliseconds === undefined ? 'no time' : `${Math.round(retryAfterMilliseconds)} ms`;
      const timed = retryAfterMilliseconds !== undefined && retryAfterMilliseconds > 4_000;
      return { right: timed && name !== undefined, observed: `${wait}, ${name ?? 'no name'}` };
    },
  ),
  scenario(
    'retryAroundBreaker',
    'retry around an open breaker',
    'No attempt is spent, and no delay waited, on a breaker that stays open longer than the retries would last.',
    async (make) => {
      const guard = make({ maxAttempts: 3, delayMilliseconds: 100, openMilliseconds: 60_000 });
      await failOnce(guard);
      const start = performance.now();
      const admitted = await admits(guard, 1_000);
      const took = Math.round(performance.now() - start);
      return { right: !admitted && took < 50, observed: `refused after ${took} ms` };
    },
  ),
];
