import { type Random, Timer } from '@holdfast/core';
import type { HostContext } from '../src/host/host-context.ts';
import type { Scenario, TimedOperation } from '../src/scenario/scenario.ts';

const heartbeatEvery = 50_000;
const patience = 200_000;

interface Heartbeat {
  readonly epoch: number;
  readonly value: number;
}

/**
 * A register that its leader tells the others about with every heartbeat. Who hears none for long enough leads in the
 * next epoch. The planted bug: a leader acknowledges a write before anybody else has it, so a leader that was cut off
 * loses what it acknowledged when it meets its successor.
 */
class Member {
  readonly #context: HostContext;
  readonly #peers: readonly string[];
  readonly #patience: number;
  readonly #timer: Timer;
  leads = false;
  epoch = 0;
  value = 0;
  #heard = 0;

  constructor(context: HostContext, members: readonly string[]) {
    this.#context = context;
    this.#peers = members.filter((name) => name !== context.host);
    this.#patience = patience + members.indexOf(context.host) * 70_000;
    this.#heard = context.clock.now();
    this.#timer = new Tick(() => this.#tick());
    context.messages.onMessage = (message) => this.#hear(message as Heartbeat);
    context.describe(() => ({
      role: this.leads ? 'leader' : 'follower',
      phase: this.epoch > 1 ? 'later' : 'first',
    }));
    this.#tick();
  }

  /** Whether the write is acknowledged. */
  write(value: number): boolean {
    if (this.leads) this.value = value;
    return this.leads;
  }

  #tick(): void {
    const { clock, timers, messages } = this.#context;
    if (!this.leads && clock.now() - this.#heard > this.#patience) {
      this.leads = true;
      this.epoch++;
    }
    if (this.leads) {
      const heartbeat: Heartbeat = { epoch: this.epoch, value: this.value };
      for (const peer of this.#peers) messages.send(peer, heartbeat);
    }
    timers.arm(this.#timer, clock.now() + heartbeatEvery);
  }

  #hear({ epoch, value }: Heartbeat): void {
    if (epoch < this.epoch) return;
    if (epoch === this.epoch && this.leads) return;
    this.leads = false;
    this.epoch = epoch;
    this.value = value;
    this.#heard = this.#context.clock.now();
  }
}

class Tick extends Timer {
  readonly #run: () => void;

  constructor(run: () => void) {
    super();
    this.#run = run;
  }

  override fire(): void {
    this.#run();
  }
}

export interface RegisterState {
  readonly members: Map<string, Member>;
  acknowledged: number;
}

export type Write = { readonly to: string; readonly value: number };

/** Writes go up, so that the highest acknowledged one must be the value in the end. */
export function primaryBackup(
  members: readonly string[] = ['n1', 'n2', 'n3'],
  change: Partial<Scenario<Write, RegisterState>> = {},
): Scenario<Write, RegisterState> {
  return {
    name: 'primary-backup',
    synchronous: true,
    storm: '5s',
    settling: '2s',
    hosts: Object.fromEntries(
      members.map((name) => [
        name,
        (context: HostContext, state: RegisterState) => {
          state.members.set(name, new Member(context, members));
        },
      ]),
    ),
    faults: { kinds: ['partition', 'cut', 'clock-jump', 'slow'], base: { version: 1, network: { loss: 0 } } },
    expectedCoverage: { roles: { leader: ['first', 'later'], follower: ['first', 'later'] } },
    withHosts: (hosts) => (hosts.length < 2 ? undefined : primaryBackup(hosts, change)),
    state: () => ({ members: new Map(), acknowledged: 0 }),
    operations: (random) => writes(random, members),
    perform: ({ to, value }, _client, state) => {
      if (state.members.get(to)?.write(value)) state.acknowledged = Math.max(state.acknowledged, value);
    },
    progress: ({ members: all }) => [...all.values()].filter(({ leads }) => leads).length === 1 && agree(all),
    check: ({ members: all, acknowledged }) => {
      const leader = [...all.values()].find(({ leads }) => leads);
      if (leader === undefined || leader.value >= acknowledged) return undefined;
      return { verdict: 'violated', text: `write ${acknowledged} was acknowledged, and is lost` };
    },
    ...change,
  };
}

function agree(members: ReadonlyMap<string, Member>): boolean {
  return new Set([...members.values()].map(({ epoch, value }) => `${epoch} ${value}`)).size === 1;
}

function writes(random: Random, members: readonly string[]): readonly TimedOperation<Write>[] {
  return Array.from({ length: 40 }, (_, index) => ({
    at: 500_000 + index * 100_000 + random.below(100_000),
    client: `c${random.below(2)}`,
    operation: { to: members[random.below(members.length)]!, value: index + 1 },
  }));
}
