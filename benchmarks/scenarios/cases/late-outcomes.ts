import { admits, failOnce, Gate, settlement, wait } from '../probing.ts';
import { type Breaker, type Scenario, scenario } from '../scenario.ts';

export const lateOutcomes: readonly Scenario[] = [
  scenario(
    'breaker',
    'late failure beside a probe',
    'A call that started before the breaker opened and fails during a probe changes nothing: the probe decides.',
    async (make) => {
      const { breaker, stale } = await openedBehindSlowCall(make);
      await wait(80);
      const probe = new Gate();
      const probing = breaker.execute(() => probe.promise);
      stale.fail(new Error('late'));
      await wait(10);
      probe.open('fine');
      await settlement(probing, 100);
      const closed = await admits(breaker);
      return {
        right: closed,
        observed: closed ? 'the good probe closed it' : 'the good probe was ignored, open again',
      };
    },
  ),
  scenario(
    'breaker',
    'late success while open',
    'A call that started before the breaker opened and succeeds late does not close it.',
    async (make) => {
      const { breaker, stale } = await openedBehindSlowCall(make);
      stale.open('late');
      await wait(10);
      const closed = await admits(breaker);
      return { right: !closed, observed: closed ? 'closed by a stale success' : 'stayed open' };
    },
  ),
];

async function openedBehindSlowCall(
  make: (options: { failures: number; openMilliseconds: number }) => Breaker,
) {
  const breaker = make({ failures: 1, openMilliseconds: 50 });
  const stale = new Gate();
  breaker.execute(() => stale.promise).catch(() => {});
  await failOnce(breaker);
  return { breaker, stale };
}
