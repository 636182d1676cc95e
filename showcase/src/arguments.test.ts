import { describe, expect, test } from 'vitest';
import { parseArguments, UsageError } from './arguments.ts';

describe('the command line', () => {
  test('has defaults for everything', () => {
    expect(parseArguments([])).toEqual({
      help: false,
      durationMillis: undefined,
      seed: 1,
      json: false,
      port: 7410,
      telemetry: true,
      tracesPercent: 100,
      ordersPerSecond: 50,
      stack: undefined,
      check: 'all',
      prove: undefined,
    });
  });

  test.each([
    ['20s', 20_000],
    ['1500ms', 1_500],
    ['2m', 120_000],
    ['30', 30_000],
  ])('reads a duration of %s', (text, millis) => {
    expect(parseArguments(['--duration', text]).durationMillis).toBe(millis);
  });

  test.each([
    [['--prove', '1000'], { prove: 1_000, seed: 1 }],
    [['--prove', '--seed', '17'], { prove: 1, seed: 17 }],
    [['--seed', '17', '--prove'], { prove: 1, seed: 17 }],
  ])('reads what to prove from %j', (argv, expected) => {
    expect(parseArguments(argv)).toMatchObject(expected);
  });

  test.each([
    [['--prove', '0'], '--prove is "0"'],
    [['--duration', 'soon'], '--duration is "soon"'],
    [['--duration', '0s'], '--duration is "0s"'],
    [['--seed', '-1'], "'--seed'"],
    [['--seed', '1.5'], '--seed is "1.5"'],
    [['--port', '70000'], '--port is "70000"'],
    [['--rate', '0'], '--rate is "0"'],
    [['--stack', 'tomorrow'], '--stack is "tomorrow"'],
    [['--check', 'nothing'], '--check is "nothing"'],
    [['--storm'], "'--storm'"],
    [['hello'], "'hello'"],
  ])('refuses %j, naming what it is about', (argv, named) => {
    expect(() => parseArguments(argv)).toThrow(UsageError);
    expect(() => parseArguments(argv)).toThrow(named);
  });
});
