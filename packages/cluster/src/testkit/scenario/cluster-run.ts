import { isHoldfastError } from '@holdfast/core';
import {
  History,
  type HostContext,
  type KeyValueInput,
  type KeyValueOutput,
  type Simulation,
} from '@holdfast/simulation';
import type { StorageErrorCode } from '@holdfast/storage';
import type { ClusterErrorCode } from '../../errors.ts';
import type { MemberOptions } from '../../member/member-options.ts';
import type { StateSnapshot } from '../../state/state-machine.ts';
import type { AskedStore } from '../client/asked-store.ts';
import { KeyValueClient } from '../client/key-value-client.ts';
import { OutsideClients } from '../client/outside-clients.ts';
import { AppliedCommands } from '../watch/applied-commands.ts';
import { LeasePromises } from '../watch/lease-promises.ts';
import { WrittenHistory } from '../watch/written-history.ts';
import type { Closing } from './closing.ts';
import { ClusterNode, clientPort } from './cluster-node.ts';
import type { ClientOperation } from './cluster-operation.ts';
import type { ClusterScenarioOptions } from './cluster-scenario-options.ts';

/** Microseconds that a client waits for an answer. */
const patience = 2_500_000;

/** Small enough that snapshots are taken, and members restored from them, all the time. */
const simulatedSettings: Pick<MemberOptions, 'snapshots' | 'segmentBytes'> = {
  segmentBytes: 1 << 11,
  snapshots: { logEntries: 40, tailEntries: 10 },
};

/** What a member says of a disk that is not what it was. */
const damageCodes: ReadonlySet<string> = new Set([
  'JOURNAL_DAMAGED',
  'SNAPSHOT_DAMAGED',
  'LOG_DAMAGED',
] satisfies (ClusterErrorCode | StorageErrorCode)[]);

/** One run of a scenario: its members, its clients, and what they were asked and answered. */
export class ClusterRun {
  readonly simulation: Simulation;
  readonly options: ClusterScenarioOptions;
  readonly history: History<KeyValueInput, KeyValueOutput>;
  readonly applied: AppliedCommands;
  readonly written: WrittenHistory = new WrittenHistory();
  readonly leasePromises: LeasePromises;
  readonly outside: OutsideClients;
  /** The latest process of each host of a member. */
  readonly nodes: Map<string, ClusterNode> = new Map();
  /** Hosts whose member joins the cluster that is there. */
  readonly joining: Set<string>;
  /** Hosts on which no member is meant to be. */
  readonly vacant: Set<string>;
  /** Hosts whose member has found its disk damaged. */
  readonly damaged: Set<string> = new Set();
  /** Whether the operator is about to change the membership. */
  replacing = false;
  closing: Closing | undefined = undefined;
  /** Who asks at present, each for the store that it asks. */
  readonly #asking = new Map<number, { readonly host: string; readonly asked: object }>();
  /** The leader of each term. */
  readonly #leaders: string[] = [];
  readonly #seen = new Map<string, number | null>();

  constructor(simulation: Simulation, options: ClusterScenarioOptions) {
    this.simulation = simulation;
    this.options = options;
    this.history = new History(simulation.tracer);
    // Clients outside number what they write; and who stands in a queue asks the same again.
    this.applied = new AppliedCommands(options.outside === undefined);
    this.leasePromises = new LeasePromises(options.drift);
    const endpoints = this.hosts.map((host) => ({ host, port: clientPort }));
    this.outside = new OutsideClients(simulation, endpoints, this.written, patience);
    this.joining = new Set(options.spares);
    this.vacant = new Set(options.spares);
  }

  /** The hosts of members, those that may come included. */
  get hosts(): readonly string[] {
    return [...this.options.members, ...(this.options.spares ?? [])];
  }

  /** The program of each host of a member. */
  async start(context: HostContext): Promise<void> {
    const { host } = context;
    const node = new ClusterNode(context, this);
    this.nodes.set(host, node);
    if (this.vacant.has(host)) return;
    const joins = this.joining.has(host);
    const named = joins ? this.hosts : this.options.members;
    try {
      await node.run({
        name: host,
        initialCluster: new Map(named.map((name) => [name, [peerUrlOf(name)]])),
        initialClusterState: joins ? 'existing' : 'new',
        ...simulatedSettings,
        ...this.options.settings,
      });
    } catch (error) {
      if (isHoldfastError(error) && damageCodes.has(error.code)) this.damaged.add(host);
      throw error;
    }
  }

  /** Has `client` do something; whether it was done. */
  async submit(client: string, operation: ClientOperation): Promise<boolean> {
    const host = client.split('/')[0]!;
    switch (operation.kind) {
      case 'lease':
        await this.#keepLease(host, operation);
        return true;
      case 'watch':
        this.outside.watch(host, operation.prefix);
        return true;
      case 'hold':
        await this.outside.hold(host, operation);
        return true;
      default:
        return this.#ask(client, host, operation);
    }
  }

  async #ask(
    client: string,
    host: string,
    operation: Extract<ClientOperation, { readonly key: string }>,
  ): Promise<boolean> {
    const asked = this.#askedOn(host);
    if (asked === undefined) return false;
    const { clock } = this.simulation;
    const place = `${client} ${operation.key}`;
    const expected = this.#seen.get(place) ?? null;
    const input: KeyValueInput = operation.kind === 'cas' ? { ...operation, expected } : operation;
    const id = this.history.invoke(clock.now(), client, input);
    this.#asking.set(id, { host, asked: this.#processOn(host)! });
    try {
      const { output, revision } = await asked.ask(input);
      this.history.ok(id, clock.now(), output);
      if (operation.kind === 'get') this.#seen.set(place, output as number | null);
      else if (output === false) this.written.never(operation.key, operation.value);
      else {
        this.#seen.set(place, operation.value);
        this.written.done(operation.key, operation.value, revision!);
      }
      return true;
    } catch (error) {
      if (isHoldfastError(error) && error.executed === 'no') {
        this.history.failed(id, clock.now());
        if (operation.kind !== 'get') this.written.never(operation.key, operation.value);
      } else this.history.unknown(id, clock.now());
      return false;
    } finally {
      this.#asking.delete(id);
    }
  }

  /** Whether everything is answered that was asked in a process which is there still. */
  get answered(): boolean {
    return ![...this.#asking.values()].some(({ host, asked }) => this.#processOn(host) === asked);
  }

  /** What a client on `host` asks: its client of all members, or its own member. */
  #askedOn(host: string): AskedStore | undefined {
    const node = this.#nodeOn(host);
    return node === undefined ? this.outside.on(host) : askedIn(node);
  }

  async #keepLease(host: string, operation: Extract<ClientOperation, { kind: 'lease' }>): Promise<void> {
    const node = this.#nodeOn(host);
    if (node === undefined) {
      await this.outside.keepLease(host, operation);
      return;
    }
    const { clock } = this.simulation;
    await node.act((member) =>
      new KeyValueClient(node.store, member, patience).keepLease(operation, {
        now: () => clock.now(),
        world: node.context,
        promised: (sentAt) => this.leasePromises.promised(operation.id, sentAt, operation.ttl),
      }),
    );
  }

  /** The node on `host`, while its member takes part. */
  #nodeOn(host: string): ClusterNode | undefined {
    return this.isRunning(host) ? this.nodes.get(host) : undefined;
  }

  #processOn(host: string): object | undefined {
    return this.#nodeOn(host) ?? this.outside.on(host);
  }

  isRunning(host: string): boolean {
    return this.simulation.host(host).state === 'up' && this.nodes.get(host)?.member !== undefined;
  }

  /** The nodes whose member is up. */
  get running(): readonly ClusterNode[] {
    return [...this.nodes.values()].filter(({ host }) => this.isRunning(host));
  }

  /** The member that leads: of several that believe so, the one of the highest term. */
  get leader(): ClusterNode | undefined {
    let leader: ClusterNode | undefined;
    for (const node of this.running) {
      const { role, term } = node.member!.status();
      if (role === 'leader' && (leader === undefined || term > leader.member!.status().term)) leader = node;
    }
    return leader;
  }

  /** Whether two members lead in one term. */
  twoLeaders(): string | undefined {
    for (const { member } of this.running) {
      const { role, term } = member!.status();
      if (role !== 'leader') continue;
      const other = this.#leaders[term];
      if (other !== undefined && other !== member!.id)
        return `${other} and ${member!.id} both lead in term ${term}`;
      this.#leaders[term] = member!.id;
    }
    return undefined;
  }
}

/** Asks the member of `node`, beside it. */
function askedIn(node: ClusterNode): AskedStore {
  return {
    ask: (input) => node.act((member) => new KeyValueClient(node.store, member, patience).ask(input)),
  };
}

export function peerUrlOf(host: string): string {
  return `http://${host}:2380`;
}

/** A snapshot as one piece. */
export function bytesOf(snapshot: StateSnapshot): Uint8Array {
  const pieces: Uint8Array[] = [];
  for (let piece = snapshot.next(1 << 16); piece !== undefined; piece = snapshot.next(1 << 16))
    pieces.push(piece);
  snapshot.release();
  return Buffer.concat(pieces);
}
