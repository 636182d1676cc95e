import { admits, failOnce, Gate, settlement, wait } from '../probing.ts';
import { type Breaker, IgnoredError, type Scenario, scenario } from '../scenario.ts';

export const probes: readonly Scenario[] = [
  scenario(
    'breaker',
    'hung probe',
    'While a probe hangs, other callers get an answer at once, and in the end another probe is tried.',
    async (make) => {
      const breaker = await halfOpen(make);
      breaker.execute(() => new Promise(() => {})).catch(() => {});
      const aborting = new AbortController();
      const others = Array.from({ length: 100 }, () => breaker.execute(async () => 'fine', aborting.signal));
      setTimeout(() => aborting.abort(), 20);
      const states = await Promise.all(others.map((other) => settlement(other, 150)));
      const stuck = states.filter(({ state }) => state === 'pending').length;
      await wait(500);
      const recovered = await admits(breaker);
      return {
        right: stuck === 0 && recovered,
        observed: `${stuck} of 100 callers stuck, ${recovered ? 'probed again' : 'no other probe after 650 ms'}`,
      };
    },
  ),
  scenario(
    'breaker',
    'probe with an ignored error',
    'An ignored error during a probe says nothing about the other side: the breaker does not close on it.',
    async (make) => {
      const breaker = await halfOpen(make);
      await ignoreOnce(breaker);
      const gate = new Gate();
      let admitted = 0;
      const calls = Array.from({ length: 10 }, () =>
        breaker.execute(() => {
          admitted++;
          return gate.promise;
        }),
      );
      for (const call of calls) call.catch(() => {});
      await wait(20);
      gate.open('fine');
      await Promise.allSettled(calls);
      return { right: admitted <= 1, observed: `${admitted} of 10 calls let through at once` };
    },
  ),
  scenario(
    'breaker',
    'ignored errors use up probes',
    'A probe that ends with an ignored error gives its permit back: the breaker can still close.',
    async (make) => {
      const breaker = await halfOpen(make);
      for (let i = 0; i < 5; i++) await ignoreOnce(breaker);
      const probed = await admits(breaker);
      const closed = probed && (await admits(breaker));
      return {
        right: closed,
        observed: closed ? 'closed by the next good probe' : 'stuck: no probe admitted',
      };
    },
  ),
  scenario(
    'breaker',
    'flood at half-open',
    'Of 50 callers that arrive together when the open time is over, one probes.',
    async (make) => {
      const breaker = await halfOpen(make);
      const gate = new Gate();
      let probing = 0;
      const calls = Array.from({ length: 50 }, () =>
        breaker.execute(() => {
          probing++;
          return gate.promise;
        }),
      );
      for (const call of calls) call.catch(() => {});
      await wait(20);
      const together = probing;
      gate.open('fine');
      await Promise.allSettled(calls);
      return { right: together === 1, observed: `${together} of 50 let through` };
    },
  ),
  scenario(
    'breaker',
    'failures at the same moment',
    'A breaker that 50 simultaneous failures opened still probes and closes.',
    async (make) => {
      const breaker = make({ failures: 3, openMilliseconds: 50 });
      await Promise.all(Array.from({ length: 50 }, () => failOnce(breaker)));
      const open = !(await admits(breaker));
      await wait(80);
      const closed = (await admits(breaker)) && (await admits(breaker));
      return {
        right: open && closed,
        observed: `${open ? 'opened' : 'did not open'}, ${closed ? 'closed' : 'stuck'}`,
      };
    },
  ),
  scenario(
    'breaker',
    'open for a month',
    'A breaker told to stay open for 30 days is still open after 50 ms.',
    async (make) => {
      const breaker = make({ failures: 1, openMilliseconds: 30 * 86_400_000 });
      await failOnce(breaker);
      await wait(50);
      const admitted = await admits(breaker);
      return { right: !admitted, observed: admitted ? 'probed after 50 ms' : 'stayed open' };
    },
  ),
];

async function halfOpen(
  make: (options: { failures: number; openMilliseconds: number }) => Breaker,
): Promise<Breaker> {
  const breaker = make({ failures: 1, openMilliseconds: 50 });
  await failOnce(breaker);
  await wait(80);
  return breaker;
}

async function ignoreOnce(breaker: Breaker): Promise<void> {
  await breaker
    .execute(async () => {
      throw new IgnoredError('not the fault of the other side');
    })
    .catch(() => {});
}
