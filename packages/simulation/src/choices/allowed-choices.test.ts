import { describe, expect, test } from 'vitest';
import { AllowedChoices } from './allowed-choices.ts';

const choice = { kind: 'loss', subject: 'a>b' };

describe('AllowedChoices', () => {
  test('each is taken at its moment, and once', () => {
    const allowed = new AllowedChoices([
      { ...choice, at: 70, ordinal: 1 },
      { ...choice, at: 20, ordinal: 0 },
    ]);
    expect(allowed.take(10, 0, 0)).toBe(false);
    expect(allowed.take(20, 0, 1)).toBe(true);
    expect(allowed.take(20, 1, 2)).toBe(false);
    expect(allowed.take(70, 0, 3)).toBe(false);
    expect(allowed.take(70, 1, 4)).toBe(true);
    expect(allowed.take(80, 0, 5)).toBe(false);
  });

  test('one that is not asked for at its moment is taken at the next, if that is soon', () => {
    const soon = new AllowedChoices([{ ...choice, at: 20, ordinal: 3 }]);
    expect(soon.take(5_000, 0, 0)).toBe(true);
    expect(soon.take(5_001, 0, 1)).toBe(false);
    const late = new AllowedChoices([{ ...choice, at: 20, ordinal: 0 }]);
    expect(late.take(200_000, 0, 0)).toBe(false);
  });

  test('one without a time is counted in the whole run', () => {
    const allowed = new AllowedChoices([{ ...choice, ordinal: 2 }]);
    expect([allowed.take(1, 0, 0), allowed.take(2, 0, 1), allowed.take(3, 0, 2)]).toEqual([
      false,
      false,
      true,
    ]);
  });
});
