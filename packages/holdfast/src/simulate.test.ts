import type { AnyScenario } from '@holdfast/simulation';
import { describe, expect, test } from 'vitest';
import { outputOf } from '../test/output-of.ts';
import scenarios from '../test/payments.scenario.ts';
import { main } from './cli.ts';
import { run } from './simulate.ts';

const known = { bank: async (): Promise<readonly AnyScenario[]> => scenarios.slice(1) };

const simulate = (...args: string[]) => outputOf((lines) => run(args, lines, known));

describe('holdfast simulate', () => {
  test('runs all scenarios of what is named', async () => {
    const { code, out } = await simulate('bank', '--seeds', '3');
    expect(code).toBe(0);
    expect(out).toMatch(/^bank: 3 seeds passed/);
  });

  test('says what there is', async () => {
    expect((await simulate('--help')).out).toContain('one of: bank');
    await expect(simulate()).rejects.toThrow('simulate takes what to simulate, one of bank');
    await expect(simulate('toString')).rejects.toThrow("there is no 'toString' to simulate; there are bank");
    await expect(simulate('bank-robbed')).rejects.toThrow(
      "there is no scenario 'bank-robbed'; there are bank",
    );
  });

  test('a commit that the code is not at is told', async () => {
    const { error } = await simulate('bank', '--seed', '1', '--commit', 'fedcba987654');
    expect(error).toContain('found at commit fedcba987654');
  });

  test('knows Raft, each scenario by its name', async () => {
    const { code, out } = await outputOf((lines) => main(['simulate', 'raft-three', '--seed', '1'], lines));
    expect(code).toBe(0);
    expect(out).toMatch(/^raft-three: 1 seed passed/);
  });
});
