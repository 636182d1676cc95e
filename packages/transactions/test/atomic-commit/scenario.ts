import { type Random, Timer } from '@holdfast/core';
import type { FaultProfile, HostContext, Scenario, Simulation, TimedOperation } from '@holdfast/simulation';
import type { CommitMachine } from '../../src/atomic-commit/commit-machine.ts';
import type { CommitMessage, CommitOutput, CommitState } from '../../src/index.ts';
import {
  ThreePhaseCoordinator,
  ThreePhaseParticipant,
  TwoPhaseMessageCoordinator,
  TwoPhaseMessageParticipant,
} from '../../src/index.ts';

export type CommitProtocol = 'two-phase' | 'three-phase';

/** What is durable on the hosts, and what runs on them. */
export interface CommitHosts {
  readonly stored: Map<string, CommitState>;
  readonly running: Map<string, Member>;
  begun: { readonly no: string | undefined } | undefined;
}

const participants = ['p1', 'p2', 'p3'] as const;
const settings = { coordinator: 'c', participants, timeout: 15_000 };
/** Between two messages of one output: a crash may come there. */
const sendPause = 500;

/** One machine on its host: makes durable, sends, and waits, as it is told. */
export class Member {
  readonly #context: HostContext;
  readonly #hosts: CommitHosts;
  readonly #protocol: CommitProtocol;
  readonly #timer: Tick = new Tick(() => this.#apply(this.#machine!.timeUp()));
  readonly #sender: Tick = new Tick(() => this.#sendNext());
  readonly #unsent: CommitOutput['messages'][number][] = [];
  #machine: CommitMachine | undefined;

  constructor(context: HostContext, hosts: CommitHosts, protocol: CommitProtocol) {
    this.#context = context;
    this.#hosts = hosts;
    this.#protocol = protocol;
    context.messages.onMessage = (message, from) => this.#receive(message as CommitMessage, from);
    context.describe(() => ({
      role: context.host === settings.coordinator ? 'coordinator' : 'participant',
      phase: this.#machine?.state ?? 'idle',
    }));
    if (hosts.begun !== undefined && context.incarnation > 1) this.begin();
  }

  begin(): void {
    const { host, incarnation } = this.#context;
    const stored = this.#hosts.stored.get(host);
    if (host === settings.coordinator) {
      // Presumed abort: a coordinator that finds no record of what it began has not decided to commit.
      const known = incarnation > 1 ? (stored ?? 'idle') : undefined;
      this.#machine =
        this.#protocol === 'two-phase'
          ? new TwoPhaseMessageCoordinator(settings, known)
          : new ThreePhaseCoordinator(settings, known);
    } else {
      const vote = this.#hosts.begun?.no !== host;
      this.#machine =
        this.#protocol === 'two-phase'
          ? new TwoPhaseMessageParticipant(settings, host, vote, stored)
          : new ThreePhaseParticipant(settings, host, vote, stored);
    }
    this.#apply(this.#machine.start());
  }

  #receive(message: CommitMessage, from: string): void {
    if (this.#hosts.begun === undefined) return;
    if (this.#machine === undefined) this.begin();
    this.#apply(this.#machine!.receive(message, from));
  }

  #apply({ record, messages, timer }: CommitOutput): void {
    const { host, clock, timers } = this.#context;
    if (record !== undefined) {
      this.#hosts.stored.set(host, record);
      this.#context.note(`is ${record}`);
    }
    this.#unsent.push(...messages);
    if (!this.#sender.armed) this.#sendNext();
    if (timer === 'off') timers.disarm(this.#timer);
    else if (timer !== undefined) timers.arm(this.#timer, clock.now() + timer);
  }

  #sendNext(): void {
    const next = this.#unsent.shift();
    if (next === undefined) return;
    this.#context.messages.send(next.to, next.message);
    if (this.#unsent.length > 0) {
      const { clock, timers } = this.#context;
      timers.arm(this.#sender, clock.now() + sendPause);
    }
  }
}

const latency = { min: '200us', max: '2ms' } as const;
/** All that three-phase commit is made for: members crash, any number of them, and every message comes within its time. */
export const crashesOnly: FaultProfile = {
  kinds: ['crash'],
  hostsDownMax: 4,
  base: { version: 1, network: { loss: 0, reordering: 0, latency } },
};
/** What it is not made for. */
export const partitionsOnly: FaultProfile = {
  kinds: ['partition'],
  base: { version: 1, network: { loss: 0, reordering: 0, duplication: 0, latency } },
};
/** Everything. */
export const anyFault: FaultProfile = {
  kinds: ['crash', 'pause', 'slow', 'partition', 'cut', 'clog', 'flap', 'degrade', 'clock-drift'],
  hostsDownMax: 4,
};

/** One transaction of a coordinator and three participants, all of whom can talk to each other. */
export function atomicCommit(
  protocol: CommitProtocol,
  faults: FaultProfile = crashesOnly,
): Scenario<{ readonly no: string | null }, CommitHosts> {
  const program = (context: HostContext, hosts: CommitHosts): void => {
    hosts.running.set(context.host, new Member(context, hosts, protocol));
  };
  return {
    name: `${protocol}-commit`,
    synchronous: true,
    storm: '250ms',
    settling: '2s',
    hosts: Object.fromEntries([settings.coordinator, ...participants].map((host) => [host, program])),
    faults,
    state: () => ({ stored: new Map(), running: new Map(), begun: undefined }),
    operations: oneTransaction,
    perform: ({ no }, _client, hosts) => {
      hosts.begun = { no: no ?? undefined };
      hosts.running.get(settings.coordinator)!.begin();
    },
    invariants: { atomicity: disagreement },
    progress: ({ stored }) => {
      const asked = participants.filter((host) => stored.has(host));
      return asked.every((host) => isDecision(stored.get(host)!));
    },
  };
}

function disagreement({ stored }: CommitHosts, _simulation: Simulation): string | undefined {
  const by = (state: CommitState) => [...stored].filter(([, is]) => is === state).map(([host]) => host);
  const [committed, aborted] = [by('committed'), by('aborted')];
  if (committed.length === 0 || aborted.length === 0) return undefined;
  return `${committed.join(', ')} committed, and ${aborted.join(', ')} aborted`;
}

export function isDecision(state: CommitState): boolean {
  return state === 'committed' || state === 'aborted';
}

function oneTransaction(random: Random): readonly TimedOperation<{ readonly no: string | null }>[] {
  const no = random.below(4) === 0 ? participants[random.below(participants.length)]! : null;
  return [{ at: random.below(100_000), client: 'user', operation: { no } }];
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
