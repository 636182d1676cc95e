import { describe, expect, test } from 'vitest';
import { TimerProbe } from '../../test/timer-probe.ts';
import { ManualWorld } from './manual-world.ts';
import { sleep } from './sleep.ts';

describe('ManualWorld', () => {
  test('time stands still until it is moved, in whole microseconds', async () => {
    const { clock, ...world } = new ManualWorld();
    expect([clock.now(), clock.coarseNow(), clock.wall()]).toEqual([0, 0, Date.UTC(2026, 0, 1)]);
    expect(world.random.uint32()).toBe(new ManualWorld().random.uint32());
  });

  test('advance fires each timer at its own time', async () => {
    const world = new ManualWorld();
    const log: string[] = [];
    for (const millis of [30, 10, 20]) {
      void sleep(millis, { world }).then(() => log.push(`${millis} at ${world.clock.now()}`));
    }
    await world.advance(20);
    expect(log).toEqual(['10 at 10000', '20 at 20000']);
    expect(world.clock.now()).toBe(20_000);
    expect(world.pendingTimers).toBe(1);
  });

  test('promises settled by one timer run to their end before the next fires, however long the chain', async () => {
    const world = new ManualWorld();
    const log: string[] = [];
    void (async () => {
      await sleep(10, { world });
      for (let hop = 0; hop < 500; hop++) await undefined;
      log.push(`chain ended at ${world.clock.now()}`);
    })();
    void sleep(10, { world }).then(() => log.push('second of the same instant'));
    void sleep('10001us', { world }).then(() => log.push('one microsecond later'));
    await world.advance(20);
    expect(log).toEqual(['chain ended at 10000', 'second of the same instant', 'one microsecond later']);
  });

  test('what timers arm within the span fires in it', async () => {
    const world = new ManualWorld();
    let wakes = 0;
    void (async () => {
      for (;;) {
        await sleep('1s', { world });
        wakes++;
      }
    })();
    await world.advance('10s');
    expect(wakes).toBe(10);
  });

  test('advanceSync fires timers, and no promise in between', () => {
    const world = new ManualWorld();
    const log: string[] = [];
    void sleep(1, { world }).then(() => log.push('promise'));
    world.timers.arm(new TimerProbe(() => log.push(`fired at ${world.clock.now()}`)), 2_000);
    world.advanceSync(5);
    expect(log).toEqual(['fired at 2000']);
    expect(world.clock.now()).toBe(5_000);
  });

  test('settle lets promises go on without moving time', async () => {
    const world = new ManualWorld();
    let done = false;
    void (async () => {
      for (let hop = 0; hop < 100; hop++) await undefined;
      done = true;
    })();
    await world.settle();
    expect(done).toBe(true);
    expect(world.clock.now()).toBe(0);
  });

  test('the wall clock follows time, and jumps alone', async () => {
    const world = new ManualWorld({ wall: 5_000 });
    await world.advance('1s');
    world.jumpWall(-3_000);
    expect(world.clock.wall()).toBe(3_000);
    expect(world.clock.now()).toBe(1_000_000);
    expect(() => world.jumpWall(Number.NaN)).toThrow('milliseconds is NaN');
    expect(() => new ManualWorld({ wall: Number.NaN })).toThrow('wall is NaN');
  });

  test('runAll goes on until nothing is armed', async () => {
    const world = new ManualWorld();
    let woke = false;
    void sleep('365d', { world })
      .then(() => sleep('365d', { world }))
      .then(() => {
        woke = true;
      });
    await world.runAll();
    expect(woke).toBe(true);
    expect(world.clock.now()).toBe(730 * 86_400_000_000);
  });

  test('runAll refuses to run for ever', async () => {
    const world = new ManualWorld();
    let fired = 0;
    const timer = new TimerProbe((self) => {
      fired++;
      world.timers.arm(self, world.clock.now() + 1);
    });
    world.timers.arm(timer, 1);
    await expect(world.runAll({ limit: 3 })).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
    expect(fired).toBe(3);
    world.timers.disarm(timer);
    await world.runAll({ limit: 0 });
  });

  test('a seed determines its random numbers', () => {
    expect(new ManualWorld({ seed: 'a' }).random.uint32()).toBe(
      new ManualWorld({ seed: 'a' }).random.uint32(),
    );
    expect(new ManualWorld({ seed: 'a' }).random.uint32()).not.toBe(
      new ManualWorld({ seed: 'b' }).random.uint32(),
    );
  });
});
