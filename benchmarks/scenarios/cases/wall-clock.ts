import { admits, failOnce, wait, withWallClockMoved } from '../probing.ts';
import { type Scenario, scenario } from '../scenario.ts';

const hour = 3_600_000;

export const wallClock: readonly Scenario[] = [
  scenario(
    'breaker',
    'wall clock set back an hour',
    'A breaker that opened for 50 ms admits a probe after 50 ms, whatever the wall clock says.',
    async (make) => {
      const breaker = make({ failures: 1, openMilliseconds: 50 });
      await failOnce(breaker);
      const admitted = await withWallClockMoved(-hour, async () => {
        await wait(100);
        return admits(breaker);
      });
      return {
        right: admitted,
        observed: admitted ? 'probe after 100 ms' : 'no probe after 100 ms, an hour to go',
      };
    },
  ),
  scenario(
    'breaker',
    'wall clock set forward an hour',
    'A breaker that opened for a minute stays open for a minute, whatever the wall clock says.',
    async (make) => {
      const breaker = make({ failures: 1, openMilliseconds: 60_000 });
      await failOnce(breaker);
      const admitted = await withWallClockMoved(hour, () => admits(breaker));
      return { right: !admitted, observed: admitted ? 'admitted at once' : 'stayed open' };
    },
  ),
];
