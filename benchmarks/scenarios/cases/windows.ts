import { wait } from '../probing.ts';
import { type Scenario, scenario } from '../scenario.ts';

export const windows: readonly Scenario[] = [
  scenario(
    'timeWindowBreaker',
    'time window after idling',
    'What happened ten windows ago does not count: 50 failures after an idle time open the breaker early.',
    async (make) => {
      const breaker = make({ windowMilliseconds: 100 });
      for (let i = 0; i < 100; i++) await breaker.execute(async () => {});
      await wait(1_000);
      let admitted = 0;
      for (let i = 0; i < 50; i++) {
        await breaker
          .execute(async () => {
            admitted++;
            throw new Error('down');
          })
          .catch(() => {});
      }
      return { right: admitted <= 10, observed: `${admitted} of 50 failures let through` };
    },
  ),
  scenario(
    'limiter',
    'burst over the edge of a window',
    'A limit of 100 a second does not let 200 through around the edge of a second.',
    async (make) => {
      const ask = make({ limit: 100, periodMilliseconds: 1_000 });
      await ask();
      await wait(950);
      const granted = (await grantedBy(ask)) + (await wait(70).then(() => grantedBy(ask)));
      return { right: granted <= 115, observed: `${granted} within 80 ms` };
    },
  ),
];

async function grantedBy(ask: () => boolean | Promise<boolean>): Promise<number> {
  let granted = 0;
  for (let i = 0; i < 300; i++) if (await ask()) granted++;
  return granted;
}
