import { describe, expect, test } from 'vitest';
import { CallTimer } from '../../test/call-timer.ts';
import type { HostContext } from '../host/host-context.ts';
import { SimulatedWorld } from '../simulation/simulated-world.ts';
import { TraceRecorder } from '../trace/trace-recorder.ts';
import { executePlan } from './execute-plan.ts';
import type { Fault, FaultPlan } from './fault-plan.ts';

/** Hosts that ping each other every 10 ms, and remember who heard whom when. */
class Pings {
  readonly world: SimulatedWorld;
  readonly tracer: TraceRecorder = new TraceRecorder();
  readonly contexts = new Map<string, HostContext>();
  readonly heard: { readonly at: number; readonly link: string }[] = [];
  readonly strikes: string[] = [];

  constructor(names: readonly string[], roles: Readonly<Record<string, string>> = {}) {
    this.world = new SimulatedWorld({ seed: 1, tracer: this.tracer, wallSkew: 0 });
    for (const name of names) {
      this.world.addHost(name, (context) => {
        this.contexts.set(name, context);
        const { messages, timers, clock } = context;
        const role = roles[name];
        if (role !== undefined) context.describe(() => ({ role, phase: '' }));
        messages.onMessage = (_message, from) => {
          this.heard.push({ at: this.world.clock.now(), link: `${from}>${name}` });
        };
        const ping = new CallTimer(() => {
          for (const other of names) if (other !== name) messages.send(other, 'ping');
          timers.arm(ping, clock.now() + 10_000);
        });
        timers.arm(ping, clock.now());
      });
    }
    this.world.runForSync('10ms');
  }

  execute(faults: readonly Fault[], rest: Omit<FaultPlan, 'version' | 'faults'> = {}) {
    return executePlan({ version: 1, ...rest, faults }, this.world, {
      onStrike: (kind, host) => this.strikes.push(`${kind} ${host.name} ${host.state}`),
    });
  }

  /** The states of the hosts after so many milliseconds each time. */
  statesAfter(host: string, steps: readonly number[]): readonly string[] {
    return steps.map((step) => {
      this.world.runForSync(step);
      return this.world.host(host).state;
    });
  }

  /** Which links carried something in the next so many milliseconds, but for what is under way. */
  linksFor(milliseconds: number): readonly string[] {
    this.world.runForSync(5);
    const before = this.heard.length;
    this.world.runForSync(milliseconds - 5);
    return [...new Set(this.heard.slice(before).map(({ link }) => link))].sort();
  }

  get faultEvents() {
    return this.tracer.events().filter(({ what }) => what === 'fault' || what === 'fault-end');
  }
}

const abc = ['a', 'b', 'c'];

describe('executePlan', () => {
  test('a host crashes at its moment and starts again when the last of its crashes is over', () => {
    const pings = new Pings(abc);
    pings.execute([
      { kind: 'crash', host: 'a', at: 100, for: 100 },
      { kind: 'crash', host: 'a', at: 150, for: 200 },
    ]);
    expect(pings.statesAfter('a', [99, 2, 100, 148, 2])).toEqual(['up', 'down', 'down', 'down', 'up']);
    expect(pings.contexts.get('a')!.incarnation).toBe(2);
    expect(pings.faultEvents).toEqual([
      { what: 'fault', at: 110_000, kind: 'crash', subject: 'a', index: 0 },
      { what: 'fault', at: 160_000, kind: 'crash', subject: 'a', index: 1 },
      { what: 'fault-end', at: 210_000, kind: 'crash', index: 0 },
      { what: 'fault-end', at: 360_000, kind: 'crash', index: 1 },
    ]);
  });

  test('a pause holds a process still; one that is started meanwhile is not paused', () => {
    const pings = new Pings(abc);
    pings.execute([
      { kind: 'pause', host: 'a', at: 0, for: 100 },
      { kind: 'pause', host: 'a', at: 50, for: 100 },
      { kind: 'pause', host: 'b', at: 0, for: 100 },
      { kind: 'crash', host: 'b', at: 20, for: 20 },
    ]);
    expect(pings.statesAfter('a', [1, 100, 60])).toEqual(['paused', 'paused', 'up']);
    const again = new Pings(abc);
    again.execute([
      { kind: 'pause', host: 'b', at: 0, for: 100 },
      { kind: 'crash', host: 'b', at: 20, for: 20 },
    ]);
    expect(again.statesAfter('b', [1, 20, 30, 100])).toEqual(['paused', 'down', 'up', 'up']);
  });

  test('a wiped host comes back with an empty disk', () => {
    const pings = new Pings(abc);
    const size = () => pings.contexts.get('a')!.callbackDisk.sizeOf('file');
    const { callbackDisk } = pings.contexts.get('a')!;
    callbackDisk.write('file', 0, Uint8Array.of(1, 2, 3), () => {});
    callbackDisk.sync('file', () => {});
    callbackDisk.syncDirectory('', () => {});
    pings.world.runForSync(50);
    expect(size()).toBe(3);
    pings.execute([
      { kind: 'crash', host: 'a', at: 0, for: 10 },
      { kind: 'wipe', host: 'a', at: 50, for: 10 },
    ]);
    pings.world.runForSync(40);
    expect(size()).toBe(3);
    pings.world.runForSync(40);
    expect(size()).toBeUndefined();
  });

  test('groups cannot reach each other; whom no group names makes up a group', () => {
    const pings = new Pings([...abc, 'd']);
    pings.execute([{ kind: 'partition', groups: [['a'], ['b']], at: 0, for: 100 }]);
    pings.world.runForSync(1);
    expect(pings.linksFor(60)).toEqual(['c>d', 'd>c']);
    pings.world.runForSync(60);
    expect(pings.linksFor(60)).toHaveLength(12);
  });

  test('everybody whom no group names is *, and a role is who has it when the fault strikes', () => {
    const pings = new Pings(abc, { b: 'leader' });
    pings.execute([{ kind: 'partition', groups: [['*'], ['@leader']], at: 0 }]);
    pings.world.runForSync(1);
    expect(pings.linksFor(60)).toEqual(['a>c', 'c>a']);
    expect(pings.faultEvents[0]).toMatchObject({ subject: 'a,c|b' });
    expect(pings.strikes).toEqual(['partition a up', 'partition b up', 'partition c up']);
  });

  test('a fault for a role that nobody has strikes nobody; of several with the role it strikes one', () => {
    const pings = new Pings(abc, { a: 'worker', b: 'worker', c: 'worker' });
    pings.execute([
      { kind: 'crash', host: '@leader', at: 0 },
      { kind: 'pause', host: '@worker', at: 10 },
      { kind: 'crash', host: '*', at: 30 },
    ]);
    pings.world.runForSync(20);
    expect(pings.world.hosts.filter(({ state }) => state === 'paused')).toHaveLength(1);
    pings.world.runForSync(20);
    expect(pings.world.hosts.map(({ state }) => state)).toEqual(['down', 'down', 'down']);
  });

  test('a fault for a phase waits until somebody is in it', () => {
    const pings = new Pings(abc);
    let phase = 'steady';
    pings.contexts.get('b')!.describe(() => ({ role: 'leader', phase }));
    const storm = pings.execute([
      { kind: 'pause', host: '@leader/handover', at: 10, for: 100 },
      { kind: 'partition', groups: [['@leader/handover'], ['*']], at: 10 },
      { kind: 'crash', host: '@leader/never', at: 10 },
    ]);
    pings.world.onEvent = () => storm.afterEvent();
    pings.world.runForSync(100);
    expect(pings.strikes).toEqual([]);
    phase = 'handover';
    pings.world.runForSync(20);
    expect(pings.strikes.slice(0, 2)).toEqual(['pause b up', 'partition b paused']);
    expect(pings.linksFor(50)).toEqual(['a>c', 'c>a']);
    pings.world.runForSync(100);
    expect(pings.world.host('b').state).toBe('up');
    storm.heal();
    phase = 'never';
    pings.world.runForSync(50);
    expect(pings.world.host('b').state).toBe('up');
  });

  test('a cut has a direction, and cuts of one link add up', () => {
    const pings = new Pings(['a', 'b']);
    pings.execute([
      { kind: 'cut', from: 'a', to: 'b', at: 0, for: 100 },
      { kind: 'cut', from: '*', to: 'b', at: 50, for: 100 },
    ]);
    pings.world.runForSync(1);
    expect(pings.linksFor(140)).toEqual(['b>a']);
    pings.world.runForSync(20);
    expect(pings.linksFor(50)).toEqual(['a>b', 'b>a']);
  });

  test('what a clog held back arrives when it is over', () => {
    const pings = new Pings(['a', 'b']);
    pings.execute([{ kind: 'clog', from: 'a', to: 'b', at: 0, for: 100 }]);
    pings.world.runForSync(1);
    expect(pings.linksFor(95)).toEqual(['b>a']);
    const before = pings.heard.length;
    pings.world.runForSync(10);
    expect(pings.heard.slice(before).filter(({ link }) => link === 'a>b').length).toBeGreaterThan(8);
  });

  test('a flapping link goes down and up, both ways, and ends up', () => {
    const pings = new Pings(['a', 'b']);
    pings.execute([{ kind: 'flap', from: 'a', to: 'b', period: 100, at: 0, for: 220 }]);
    const links: number[] = [];
    for (const milliseconds of [50, 50, 50, 50, 40]) links.push(pings.linksFor(milliseconds).length);
    expect(links).toEqual([0, 2, 0, 2, 2]);
  });

  test('a degraded link is so for as long as the fault lasts', () => {
    const pings = new Pings(['a', 'b']);
    pings.execute([{ kind: 'degrade', from: 'a', to: '*', loss: 1, at: 0, for: 100 }]);
    pings.world.runForSync(1);
    expect(pings.linksFor(90)).toEqual(['b>a']);
    pings.world.runForSync(20);
    expect(pings.linksFor(50)).toEqual(['a>b', 'b>a']);
  });

  test('clocks jump and jump back, and drifts add up', () => {
    const pings = new Pings(['a', 'b']);
    const { clock } = pings.contexts.get('a')!;
    const truth = pings.world.clock;
    pings.execute([
      { kind: 'clock-jump', host: 'a', milliseconds: 5_000, at: 0, for: 100 },
      { kind: 'clock-drift', host: 'a', partsPerMillion: 300_000, at: 200, for: 100 },
      { kind: 'clock-drift', host: 'a', partsPerMillion: 400_000, at: 200, for: 100 },
    ]);
    pings.world.runForSync(50);
    expect(clock.wall() - truth.wall()).toBe(5_000);
    pings.world.runForSync(100);
    expect(clock.wall() - truth.wall()).toBe(0);
    pings.world.runForSync(60);
    const before = clock.now();
    pings.world.runForSync(20);
    expect(clock.now() - before).toBe(30_000);
    pings.world.runForSync(100);
    const after = clock.now();
    pings.world.runForSync(20);
    expect(clock.now() - after).toBe(20_000);
  });

  test('a slow host hears what has come only so much later, all at once', () => {
    const pings = new Pings(['a', 'b']);
    pings.execute([{ kind: 'slow', host: 'b', lag: 25, at: 0, for: 200 }]);
    pings.world.runForSync(200);
    const heard = pings.heard.filter(({ at, link }) => link === 'a>b' && at > 60_000 && at < 200_000);
    expect(new Set(heard.map(({ at }) => at)).size).toBeLessThan(heard.length / 2 + 1);
  });

  test('a disk is full, or worse, for as long as the fault lasts', () => {
    const pings = new Pings(['a', 'b']);
    const outcomes: (string | undefined)[] = [];
    const write = () => {
      pings.contexts
        .get('a')!
        .callbackDisk.write('file', 0, Uint8Array.of(1), (error) => outcomes.push(error?.code));
      pings.world.runForSync(50);
    };
    pings.execute([
      { kind: 'disk-full', host: 'a', at: 0, for: 100 },
      { kind: 'disk-trouble', host: 'a', failedWrites: 1, at: 200, for: 100 },
    ]);
    pings.world.runForSync(1);
    write();
    pings.world.runForSync(100);
    write();
    pings.world.runForSync(10);
    write();
    pings.world.runForSync(100);
    write();
    expect(outcomes).toEqual(['DISK_FULL', undefined, 'DISK_FAILED', undefined]);
  });

  test('healing ends everything: what has struck, what has not yet, and the conditions', () => {
    const pings = new Pings(abc);
    const storm = pings.execute(
      [
        { kind: 'crash', host: 'a', at: 0 },
        { kind: 'pause', host: 'b', at: 0 },
        { kind: 'partition', groups: [['a'], ['b'], ['c']], at: 0 },
        { kind: 'crash', host: 'c', at: 500 },
      ],
      { network: { loss: 1 } },
    );
    pings.world.runForSync(100);
    storm.heal();
    expect(pings.world.hosts.map(({ state }) => state)).toEqual(['up', 'up', 'up']);
    pings.world.runForSync(1);
    expect(pings.linksFor(600)).toHaveLength(6);
    expect(pings.world.host('c').state).toBe('up');
    expect(pings.tracer.events().find(({ what }) => what === 'healed')).toEqual({
      what: 'healed',
      at: 110_000,
    });
  });
});
