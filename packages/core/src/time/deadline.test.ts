import { describe, expect, test } from 'vitest';
import { ManualWorld } from '../world/manual-world.ts';
import { Deadline } from './deadline.ts';

describe('Deadline', () => {
  test('counts down on the clock of its world, and stays at nothing', () => {
    const world = new ManualWorld();
    const deadline = Deadline.after('2s', world);
    world.jumpWall(-86_400_000);
    expect([deadline.remaining(), deadline.expired]).toEqual([2_000_000, false]);
    world.advanceSync('1999999us');
    expect([deadline.remaining(), deadline.expired]).toEqual([1, false]);
    world.advanceSync('1us');
    expect([deadline.remaining(), deadline.expired]).toEqual([0, true]);
    world.advanceSync('1s');
    expect(deadline.remaining()).toBe(0);
  });

  test('throwIfExpired says which operation is late, and by how much', () => {
    const world = new ManualWorld();
    const deadline = Deadline.after(10, world);
    deadline.throwIfExpired('append');
    world.advanceSync(15);
    expect(() => deadline.throwIfExpired('append')).toThrow(
      expect.objectContaining({
        code: 'DEADLINE_EXCEEDED',
        message: 'append is out of time: its deadline passed 5ms ago',
      }),
    );
  });

  test('earliest takes the one that passes first, on different clocks too', () => {
    const world = new ManualWorld();
    const other = new ManualWorld();
    other.advanceSync('1h');
    const [soon, late] = [Deadline.after('1s', world), Deadline.after('2s', world)];
    const soonest = Deadline.after('500ms', other);
    expect(Deadline.earliest(late, soon)).toBe(soon);
    expect(Deadline.earliest(soon, soonest)).toBe(soonest);
    expect(Deadline.earliest(undefined, soon)).toBe(soon);
    expect(Deadline.earliest(soon, undefined)).toBe(soon);
    expect(Deadline.earliest(undefined, undefined)).toBeUndefined();
  });

  test('refuses a duration that is none', () => {
    expect(() => Deadline.after(-1)).toThrow('duration is -1');
  });
});
