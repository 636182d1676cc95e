import { describe, expect, test } from 'vitest';
import { describeLeaks, findLeaks } from './leaks.ts';

describe('findLeaks', () => {
  test('finds what there is more of, and nothing else', () => {
    const before = { timers: 1, sockets: 2, listeners: 0 };
    expect(findLeaks(before, { timers: 1, sockets: 0, listeners: 0 })).toEqual([]);
    expect(findLeaks(before, { timers: 3, sockets: 2, listeners: 1, files: 1 })).toEqual([
      { what: 'timers', before: 1, after: 3 },
      { what: 'listeners', before: 0, after: 1 },
      { what: 'files', before: 0, after: 1 },
    ]);
  });
});

describe('describeLeaks', () => {
  test('says what a host left behind', () => {
    expect(describeLeaks('a', [])).toBeUndefined();
    expect(describeLeaks('a', findLeaks({ timers: 1 }, { timers: 3, sockets: 1 }))).toBe(
      'a left behind 2 timers (1 before, 3 now), 1 sockets (0 before, 1 now)',
    );
  });
});
