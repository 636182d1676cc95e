import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { TimerProbe } from '../../test/timer-probe.ts';
import { platformWorld } from './platform-world.ts';
import type { World } from './world.ts';

const nativeDelayMax = 2 ** 31 - 1;

/** A platform whose event loop the test turns by hand; it counts what the world asks of it. */
class FakePlatform {
  millis = 1_000;
  natives = new Map<number, { due: number; run: () => void }>();
  nativesSet = 0;
  nativesCleared = 0;
  clockReadings = 0;
  #immediates: (() => void)[] = [];

  async load({ macrotasks = 'immediates' }: { macrotasks?: Macrotasks } = {}): Promise<World> {
    vi.resetModules();
    vi.stubGlobal('performance', {
      now: () => {
        this.clockReadings++;
        return this.millis;
      },
    });
    vi.stubGlobal('setTimeout', (run: () => void, delay: number) => {
      expect(delay).toBeLessThanOrEqual(nativeDelayMax);
      const id = ++this.nativesSet;
      this.natives.set(id, { due: this.millis + delay, run });
      return id;
    });
    vi.stubGlobal('clearTimeout', (id: number) => {
      this.nativesCleared++;
      this.natives.delete(id);
    });
    const { push } = this;
    vi.stubGlobal('setImmediate', macrotasks === 'immediates' ? push : undefined);
    vi.stubGlobal('MessageChannel', macrotasks === 'messages' ? channelOf(push) : undefined);
    const loaded = await import('./platform-world.ts');
    return loaded.platformWorld();
  }

  readonly push = (run: () => void): void => {
    this.#immediates.push(run);
  };

  endTurn(): void {
    const immediates = this.#immediates;
    this.#immediates = [];
    for (const run of immediates) run();
  }

  /** Lets the native timers due by `millis` run, each in a turn of its own. */
  runUntil(millis: number): void {
    for (;;) {
      const next = [...this.natives].sort(([, a], [, b]) => a.due - b.due)[0];
      if (next === undefined || next[1].due > millis) break;
      this.natives.delete(next[0]);
      this.millis = Math.max(this.millis, next[1].due);
      next[1].run();
      this.endTurn();
    }
    this.millis = millis;
  }
}

/** What ends a turn of the event loop. */
type Macrotasks = 'immediates' | 'messages' | 'timeouts';

function channelOf(push: (run: () => void) => void) {
  return class {
    readonly port1 = { onmessage: () => {} };
    readonly port2 = { postMessage: () => push(() => this.port1.onmessage()) };
  };
}

afterEach(() => {
  vi.unstubAllGlobals();
  vi.resetModules();
});

describe('platformWorld', () => {
  test('is one world for the process', () => {
    expect(platformWorld()).toBe(platformWorld());
    expect(platformWorld().random).toBe(platformWorld().random);
  });

  test('reads whole microseconds that never go back, and the coarse clock never runs ahead', () => {
    const { clock } = platformWorld();
    let last = 0;
    for (let reading = 0; reading < 1_000; reading++) {
      const coarse = clock.coarseNow();
      const now = clock.now();
      expect(Number.isInteger(now) && Number.isInteger(coarse)).toBe(true);
      expect(now).toBeGreaterThanOrEqual(last);
      expect(coarse).toBeLessThanOrEqual(now);
      last = now;
    }
    expect(Math.abs(clock.wall() - Date.now())).toBeLessThan(1_000);
  });

  test('fires a timer on the real platform, not before it is due', async () => {
    const { clock, timers } = platformWorld();
    const due = clock.now() + 3_000;
    const firedAt = await new Promise<number>((resolve) => {
      timers.arm(new TimerProbe(() => resolve(clock.now())), due);
    });
    expect(firedAt).toBeGreaterThanOrEqual(due);
  });

  test('reads the clock once a turn for coarseNow', async () => {
    const platform = new FakePlatform();
    const { clock } = await platform.load();
    const first = clock.coarseNow();
    const readings = platform.clockReadings;
    platform.millis += 5;
    expect(clock.coarseNow()).toBe(first);
    expect(platform.clockReadings).toBe(readings);
    platform.endTurn();
    expect(clock.coarseNow()).toBe(first + 5_000);
  });

  test('a burst of arming and disarming in one turn costs no native timer', async () => {
    const platform = new FakePlatform();
    const { clock, timers } = await platform.load();
    for (let call = 0; call < 100; call++) {
      const timer = new TimerProbe();
      timers.arm(timer, clock.now() + 1_000_000);
      timers.disarm(timer);
    }
    platform.endTurn();
    expect(platform.nativesSet).toBe(0);
  });

  test('many timers share one native timer, and none is left when the last is disarmed', async () => {
    const platform = new FakePlatform();
    const { clock, timers } = await platform.load();
    const probes = Array.from({ length: 100 }, () => new TimerProbe());
    for (const [index, probe] of probes.entries()) timers.arm(probe, clock.now() + 1_000_000 - index);
    platform.endTurn();
    expect(platform.nativesSet).toBe(1);
    for (const probe of probes) timers.disarm(probe);
    platform.endTurn();
    expect(platform.natives.size).toBe(0);
  });

  test('an earlier timer replaces the native one, a later one does not touch it', async () => {
    const platform = new FakePlatform();
    const { clock, timers } = await platform.load();
    const fired: string[] = [];
    const arm = (name: string, millis: number) => {
      timers.arm(
        new TimerProbe(() => fired.push(`${name} at ${platform.millis}`)),
        clock.now() + millis * 1_000,
      );
      platform.endTurn();
    };
    arm('middle', 50);
    arm('late', 80);
    expect([platform.nativesSet, platform.nativesCleared]).toEqual([1, 0]);
    arm('early', 10);
    expect([platform.nativesSet, platform.nativesCleared]).toEqual([2, 1]);
    platform.runUntil(2_000);
    expect(fired).toEqual(['early at 1010', 'middle at 1050', 'late at 1080']);
    expect(platform.natives.size).toBe(0);
  });

  test('a wake-up for a timer since disarmed fires nothing and waits for the next', async () => {
    const platform = new FakePlatform();
    const { clock, timers } = await platform.load();
    const fired: number[] = [];
    const early = new TimerProbe(() => fired.push(0));
    timers.arm(early, clock.now() + 10_000);
    timers.arm(new TimerProbe(() => fired.push(platform.millis)), clock.now() + 30_000);
    platform.endTurn();
    timers.disarm(early);
    platform.endTurn();
    platform.runUntil(2_000);
    expect(fired).toEqual([1_030]);
  });

  test('waits longer than native timers can', async () => {
    const platform = new FakePlatform();
    const { clock, timers } = await platform.load();
    const days = 60 * 86_400_000;
    const fired: number[] = [];
    timers.arm(new TimerProbe(() => fired.push(platform.millis)), clock.now() + days * 1_000);
    platform.endTurn();
    platform.runUntil(1_000 + days - 1);
    expect(fired).toEqual([]);
    platform.runUntil(1_000 + days);
    expect(fired).toEqual([1_000 + days]);
  });

  test.each(['messages', 'timeouts'] as const)(
    'works where there is no setImmediate: by %s',
    async (macrotasks) => {
      const platform = new FakePlatform();
      const { clock, timers } = await platform.load({ macrotasks });
      const fired: number[] = [];
      timers.arm(new TimerProbe(() => fired.push(platform.millis)), clock.now() + 20_000);
      platform.endTurn();
      platform.runUntil(1_100);
      expect(fired).toEqual([1_020]);
      expect(platform.natives.size).toBe(0);
    },
  );

  test('a pending sleep keeps the process alive, and a process with none exits', async () => {
    const core = fileURLToPath(new URL('../index.ts', import.meta.url));
    const program = `
      import { platformWorld, sleep } from ${JSON.stringify(core)};
      const controller = new AbortController();
      sleep('1h', { signal: controller.signal }).catch((error) => console.log(error.code));
      platformWorld().clock.coarseNow();
      await sleep('20ms');
      console.log('slept');
      controller.abort();
    `;
    const { stdout } = await promisify(execFile)(
      process.execPath,
      ['--import', 'tsx', '--input-type=module', '--eval', program],
      { timeout: 50_000 },
    );
    expect(stdout.split('\n')).toEqual(['slept', 'ABORTED', '']);
  });
});
