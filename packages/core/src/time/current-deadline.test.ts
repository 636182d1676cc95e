import { describe, expect, test } from 'vitest';
import { ManualWorld } from '../world/manual-world.ts';
import { sleep } from '../world/sleep.ts';
import { currentDeadline, runWithDeadline } from './current-deadline.ts';
import { Deadline } from './deadline.ts';

describe('runWithDeadline', () => {
  test('flows through awaits, and ends with the call', async () => {
    const world = new ManualWorld();
    const deadline = Deadline.after('1s', world);
    expect(currentDeadline()).toBeUndefined();
    const seen = runWithDeadline(deadline, async () => {
      await sleep(5, { world });
      return currentDeadline();
    });
    expect(currentDeadline()).toBeUndefined();
    await world.advance(5);
    expect(await seen).toBe(deadline);
  });

  test('an inner deadline shortens and never prolongs', () => {
    const world = new ManualWorld();
    const [short, long] = [Deadline.after('1s', world), Deadline.after('2s', world)];
    const inside = (outer: Deadline, inner: Deadline) =>
      runWithDeadline(outer, () => runWithDeadline(inner, currentDeadline));
    expect(inside(short, long)).toBe(short);
    expect(inside(long, short)).toBe(short);
  });

  test('hands on what the function returns or throws', () => {
    const deadline = Deadline.after('1s', new ManualWorld());
    expect(runWithDeadline(deadline, () => 7)).toBe(7);
    expect(() =>
      runWithDeadline(deadline, () => {
        throw new Error('no');
      }),
    ).toThrow('no');
    expect(currentDeadline()).toBeUndefined();
  });
});
