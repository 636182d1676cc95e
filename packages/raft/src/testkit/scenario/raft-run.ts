import { assert, Timer } from '@holdfast/core';
import {
  History,
  type HostContext,
  type KeyValueInput,
  type KeyValueOutput,
  type Simulation,
} from '@holdfast/simulation';
import { bootstrapState, emptyState, type StoredState } from '../../log/stored-state.ts';
import type { RaftOptions } from '../../member/options.ts';
import type { Configuration } from '../../membership/configuration.ts';
import type { MemberId } from '../../membership/member-id.ts';
import { type ClientOperation, KeyValueClient } from '../client/key-value-client.ts';
import { hostOf } from '../member/member-name.ts';
import { simulatedSettings } from '../raft-protocol.ts';
import { ClusterWatch } from '../watch/cluster-watch.ts';
import type { Closing } from './closing.ts';
import { clientsOn } from './draw-operations.ts';
import { Lives } from './lives.ts';
import { RaftNode } from './raft-node.ts';
import type { RaftOperation } from './raft-operation.ts';
import type { RaftScenarioOptions } from './raft-scenario-options.ts';

/** How long a client tries in all. */
const giveUpAfter = 2_500_000;
/** How long after a host refused to start the operator gives it an empty disk, in microseconds. */
const repairAfter = 50_000;

type ClientWork = Extract<RaftOperation, { readonly key: string }>;

/** One run of a scenario: its members, its clients, and what they were asked and answered. */
export class RaftRun {
  readonly simulation: Simulation;
  readonly options: RaftScenarioOptions;
  readonly settings: Omit<RaftOptions, 'id' | 'random'>;
  readonly memberHosts: readonly string[];
  readonly watch: ClusterWatch;
  readonly lives: Lives;
  readonly history: History<KeyValueInput, KeyValueOutput>;
  /** The latest process of each member's host. */
  readonly nodes: Map<string, RaftNode> = new Map();
  /** What is to be done at the end; undefined before. */
  closing: Closing | undefined = undefined;
  readonly #clients = new Map<string, KeyValueClient>();
  /** What each client has seen last of each key. */
  readonly #seen = new Map<string, number | null>();

  constructor(simulation: Simulation, options: RaftScenarioOptions) {
    const { voters, learners = [], spares = [] } = options;
    this.simulation = simulation;
    this.history = new History(simulation.tracer);
    this.options = options;
    this.settings = { ...simulatedSettings, ...options.settings };
    this.memberHosts = [...voters, ...learners, ...spares];
    this.watch = new ClusterWatch((host) => new Repair(simulation, host));
    this.lives = new Lives((host) => firstState(host, options), emptyState());
  }

  votesAtFirst(host: string): boolean {
    return this.options.voters.includes(host);
  }

  /** The program of each host. */
  start(context: HostContext): void {
    const { clients = 2, retryAfter = 200_000 } = this.options;
    const { host } = context;
    const here = clientsOn(host, clients).map((name) => {
      const client = new KeyValueClient(context, {
        name,
        members: this.memberHosts,
        retryAfter,
        giveUpAfter,
      });
      this.#clients.set(name, client);
      return client;
    });
    this.nodes.set(host, new RaftNode(context, this, here));
  }

  /** Has `client` do something; `ended` is called when it has an answer. */
  submit(client: string, work: ClientWork, ended?: () => void): void {
    const place = `${client} ${work.key}`;
    const operation: ClientOperation =
      work.kind === 'cas' ? { ...work, expected: this.#seen.get(place) ?? null } : work;
    const { history, simulation } = this;
    let id = -1;
    this.#clients.get(client)?.submit(operation, {
      begun: () => {
        id = history.invoke(simulation.clock.now(), client, inputOf(operation));
      },
      ended: (outcome) => {
        const now = simulation.clock.now();
        if (outcome === undefined) {
          history.unknown(id, now);
          return;
        }
        history.ok(id, now, outcome);
        if (operation.kind === 'get') this.#seen.set(place, outcome as number | null);
        else if (outcome !== false) this.#seen.set(place, operation.value);
        ended?.();
      },
    });
  }

  /** Whether a member is up there, does not stand still, and has recovered. */
  isRunning(host: string): boolean {
    return this.simulation.host(host).state === 'up' && this.nodes.get(host)?.member.raft !== undefined;
  }

  /** Up to where `member` has applied the log; 0 while it is not there. */
  appliedBy(member: MemberId): number {
    const host = hostOf(member);
    const raft = this.isRunning(host) ? this.nodes.get(host)!.member.raft : undefined;
    return raft?.id === member ? raft.appliedIndex : 0;
  }

  /** The member that leads: of several that believe so, the one of the highest term. */
  get leader(): RaftNode | undefined {
    let leader: RaftNode | undefined;
    for (const node of this.nodes.values()) {
      const { raft } = node.member;
      if (raft?.role !== 'leader' || !this.isRunning(node.host)) continue;
      if (leader === undefined || raft.term > leader.member.raft!.term) leader = node;
    }
    return leader;
  }
}

/** What the member on `host` starts from when the cluster is new. */
function firstState(host: string, options: RaftScenarioOptions): StoredState<string> {
  const { voters, witnesses = [], learners = [] } = options;
  if (!voters.includes(host)) return emptyState();
  const state = bootstrapState<string>(voters);
  const [first] = state.entries;
  assert(first?.kind === 'configuration', 'a new log begins with its members');
  const configuration: Configuration = { ...first.configuration, witnesses, learners };
  return { ...state, entries: [{ ...first, configuration }] };
}

function inputOf(operation: ClientOperation): KeyValueInput {
  return operation.kind === 'get' ? { kind: 'get', key: operation.key } : operation;
}

/** Gives a host whose disk is damaged an empty one, while its process is down. */
class Repair extends Timer {
  readonly #simulation: Simulation;
  readonly #host: string;

  constructor(simulation: Simulation, host: string) {
    super();
    this.#simulation = simulation;
    this.#host = host;
    simulation.timers.arm(this, simulation.clock.now() + repairAfter);
  }

  override fire(): void {
    const host = this.#simulation.host(this.#host);
    if (host.state === 'down') host.disk.wipe();
  }
}
