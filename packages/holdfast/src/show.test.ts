import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createTraceDocument, runSeed } from '@holdfast/simulation';
import { afterAll, describe, expect, test } from 'vitest';
import { outputOf } from '../test/output-of.ts';
import scenarios from '../test/payments.scenario.ts';
import { main } from './cli.ts';

const folder = mkdtempSync(join(tmpdir(), 'holdfast-show-'));
afterAll(() => rmSync(folder, { recursive: true }));

const show = (path: string) => outputOf((lines) => main(['show', path], lines));

describe('holdfast show', () => {
  test('makes the page of a trace, and tells the run', async () => {
    const result = await runSeed(scenarios[1]!, { seed: 1, trace: true });
    const path = join(folder, 'bank-1.trace.json');
    writeFileSync(
      path,
      JSON.stringify(createTraceDocument(result, { hosts: ['shop', 'bank'], replay: '-' })),
    );
    const { code, out, error } = await show(path);
    expect(code).toBe(0);
    expect(out).toMatch(/^bank, seed 1: passed\n/);
    expect(out).toContain('bank: booked order 1');
    expect(error).toBe(`written: ${join(folder, 'bank-1.html')}`);
    expect(readFileSync(join(folder, 'bank-1.html'), 'utf8')).toContain('<!doctype html>');
  });

  test('says why something is no trace, and writes nothing', async () => {
    const path = join(folder, 'other.json');
    writeFileSync(path, '{"version":1}');
    const { code, error } = await show(path);
    expect(code).toBe(2);
    expect(error).toBe(`holdfast: ${path} is no trace: scenario is undefined, but must be a text`);
    expect(existsSync(join(folder, 'other.html'))).toBe(false);
  });
});
