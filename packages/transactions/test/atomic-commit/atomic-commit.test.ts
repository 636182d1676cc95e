// Goal: what two-phase and three-phase commit among members that talk to each other promise, and what each does not. Method:
// a coordinator and three participants in the simulator, each message sent by itself, so that a crash may come between any
// two.
import { readFileSync } from 'node:fs';
import { campaign, runSeedSync } from '@holdfast/simulation';
import { describe, expect, test } from 'vitest';
import {
  anyFault,
  atomicCommit,
  type CommitHosts,
  type CommitProtocol,
  crashesOnly,
  isDecision,
  partitionsOnly,
} from './scenario.ts';
import { aloneAfterAll, everyTwoCrashes } from './small-world.ts';
import { unsafeRun, unsafeTrace } from './unsafe-trace.ts';

const begunAt = 10_000;

/** A transaction whose coordinator dies at `at`, in microseconds, and stays dead for the rest of the storm. */
function withoutCoordinator(protocol: CommitProtocol, at: number): Left {
  const scenario = atomicCommit(protocol);
  const left = { coordinator: '', undecided: [] as readonly string[] };
  const observe = ({ stored }: CommitHosts, client: string): void => {
    if (client === 'of its death') left.coordinator = stored.get('c') ?? 'idle';
    else
      left.undecided = [...stored]
        .filter(([host, is]) => host !== 'c' && !isDecision(is))
        .map(([host]) => host);
  };
  const nobody = { no: null };
  const result = runSeedSync(
    {
      ...scenario,
      operations: () => [
        { at: begunAt, client: 'user', operation: nobody },
        { at, client: 'of its death', operation: nobody },
        { at: 249_000, client: 'of the end', operation: nobody },
      ],
      perform: (operation, client, hosts, simulation) => {
        if (client === 'user') return scenario.perform!(operation, client, hosts, simulation);
        observe(hosts, client);
      },
    },
    { seed: 1, plan: { ...crashesOnly.base!, faults: [{ at: `${at}us`, kind: 'crash', host: 'c' }] } },
  );
  expect(result.verdict, result.text).toBe('passed');
  return left;
}

interface Left {
  /** Where the coordinator was. */
  readonly coordinator: string;
  /** Participants that were asked to vote, and had not decided when the coordinator came back. */
  readonly undecided: readonly string[];
}

/** From before the transaction to after it, in steps that fall between any two messages. */
const moments: readonly number[] = Array.from({ length: 100 }, (_, step) => begunAt + 1 + step * 130);

describe('when the coordinator dies', () => {
  test('three-phase commit goes on without it, in each of its phases', () => {
    const all = moments.map((at) => withoutCoordinator('three-phase', at));
    expect(all.flatMap(({ undecided }) => undecided)).toEqual([]);
    expect(new Set(all.map(({ coordinator }) => coordinator))).toEqual(
      new Set(['idle', 'pre-committed', 'committed']),
    );
  });

  test('two-phase commit is blocked when all have voted yes and none has heard the decision', () => {
    const all = moments.map((at) => withoutCoordinator('two-phase', at));
    const blocked = all.filter(({ undecided }) => undecided.length === 3);
    expect(blocked.length).toBeGreaterThan(0);
    // One that has not voted, or has heard, frees the others.
    expect(all.some(({ undecided }) => undecided.length === 0)).toBe(true);
  });
});

describe('atomicity', () => {
  test('of two-phase commit holds under every fault', async () => {
    const { failures } = await campaign(atomicCommit('two-phase', anyFault), {
      seeds: 500,
      strategy: 'mixed',
    });
    expect(failures.map(({ seed, text }) => `${seed}: ${text}`)).toEqual([]);
  }, 120_000);

  test('of three-phase commit holds while members only crash, and all decide once enough are back', async () => {
    const { failures, coverage } = await campaign(atomicCommit('three-phase'), {
      seeds: 700,
      strategy: 'mixed',
    });
    expect(failures.map(({ seed, text }) => `${seed}: ${text}`)).toEqual([]);
    const crashed = coverage.cells
      .filter(({ kind }) => kind === 'crash')
      .map(({ role, phase }) => `${role} ${phase}`);
    expect(crashed).toEqual(
      expect.arrayContaining(['coordinator pre-committed', 'participant ready', 'participant pre-committed']),
    );
  }, 120_000);

  test.each(['two-phase', 'three-phase'] as const)(
    'of %s commit holds for every two crashes in a small world',
    async (protocol) => {
      const result = await everyTwoCrashes(protocol);
      expect(result.failures.map(({ text }) => text)).toEqual([]);
      expect(result).toMatchObject({ complete: true });
      expect(result.runs).toBeGreaterThan(500);
    },
    120_000,
  );

  test('one that was dead while the others committed does not decide alone', () => {
    const { verdict, text } = aloneAfterAll();
    expect(verdict, text).toBe('passed');
  });

  test('of three-phase commit is lost when the network is cut: the run is kept, and the guide prints it', () => {
    const { verdict, text } = unsafeRun();
    expect({ verdict, text }).toEqual({
      verdict: 'invariant',
      text: 'atomicity: p1, p3, c committed, and p2 aborted',
    });
    const guide = readFileSync(new URL('../../../../docs/atomic-commit.md', import.meta.url), 'utf8');
    expect(guide).toContain(unsafeTrace());
  });

  test('of two-phase commit is not lost by the cuts that three-phase commit does not survive', async () => {
    const three = await campaign(atomicCommit('three-phase', partitionsOnly), {
      seeds: 5_000,
      failuresMax: 1,
      runTwiceEvery: 0,
    });
    expect(three.failures.length).toBe(1);
    const two = await campaign(atomicCommit('two-phase', partitionsOnly), { seeds: 500, runTwiceEvery: 0 });
    expect(two.failures).toEqual([]);
  }, 120_000);
});
