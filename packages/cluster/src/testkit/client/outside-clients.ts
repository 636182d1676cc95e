import type { Address } from '@holdfast/core';
import type { HostContext, Simulation } from '@holdfast/simulation';
import type { ClientOperation } from '../scenario/cluster-operation.ts';
import { LeaseHoldings } from '../watch/lease-holdings.ts';
import { QueueHoldings } from '../watch/queue-holdings.ts';
import { ToldWatch } from '../watch/told-watch.ts';
import type { WrittenHistory } from '../watch/written-history.ts';
import { inTurnOf } from './in-turn-of.ts';
import { OutsideClient } from './outside-client.ts';

/** The latest process of a host of clients. */
interface ClientProcess {
  readonly context: HostContext;
  readonly client: OutsideClient;
}

/** The clients of a run that are on hosts of their own, with the leases that they hold and all their watches. */
export class OutsideClients {
  readonly holdings: LeaseHoldings = new LeaseHoldings();
  readonly queues: QueueHoldings = new QueueHoldings();
  readonly #simulation: Simulation;
  readonly #endpoints: readonly Address[];
  readonly #written: WrittenHistory;
  /** Microseconds that they wait for an answer. */
  readonly #patience: number;
  readonly #processes = new Map<string, ClientProcess>();
  /** Of those that wait in a queue, or hold what they waited for. */
  readonly #inQueues = new Set<{ readonly process: ClientProcess }>();
  readonly #watches: { readonly process: ClientProcess; readonly told: ToldWatch }[] = [];

  constructor(
    simulation: Simulation,
    endpoints: readonly Address[],
    written: WrittenHistory,
    patience: number,
  ) {
    this.#simulation = simulation;
    this.#endpoints = endpoints;
    this.#written = written;
    this.#patience = patience;
  }

  /** The program of each of their hosts. */
  start(context: HostContext): void {
    const client = new OutsideClient(context, this.#endpoints, this.#patience);
    this.#processes.set(context.host, { context, client });
    context.describe(() => ({ role: 'client', phase: 'asking' }));
    this.watch(context.host, '');
  }

  on(host: string): OutsideClient | undefined {
    return this.#processOn(host)?.client;
  }

  async keepLease(host: string, operation: Extract<ClientOperation, { kind: 'lease' }>): Promise<void> {
    const process = this.#processOn(host);
    if (process === undefined) return;
    const { client, context } = process;
    await inTurnOf(context, () => client.keepLease(operation, this.holdings, () => this.#lives(process)));
  }

  async hold(host: string, operation: Extract<ClientOperation, { kind: 'hold' }>): Promise<void> {
    const process = this.#processOn(host);
    if (process === undefined) return;
    const waiting = { process };
    this.#inQueues.add(waiting);
    const { client, context } = process;
    await inTurnOf(context, () => client.hold(operation, this.queues, () => this.#lives(process)));
    this.#inQueues.delete(waiting);
  }

  /** Whether nobody whose process is there still waits in a queue, or holds what it has waited for. */
  get queuesDone(): boolean {
    return ![...this.#inQueues].some(({ process }) => this.#lives(process));
  }

  watch(host: string, prefix: string): void {
    const process = this.#processOn(host);
    if (process === undefined) return;
    const told = new ToldWatch(prefix, this.#written);
    this.#watches.push({ process, told });
    void inTurnOf(process.context, () => process.client.watch(prefix, told));
  }

  /** Whether all watches were told all whose process is there still. */
  get watchesDone(): boolean {
    return this.#watches.every(({ process, told }) => told.done || !this.#lives(process));
  }

  /** Where a watch was told something wrong. */
  get wrongWatch(): string | undefined {
    for (const { told } of this.#watches) if (told.wrong !== undefined) return told.wrong;
    return undefined;
  }

  #processOn(host: string): ClientProcess | undefined {
    return this.#simulation.host(host).state === 'up' ? this.#processes.get(host) : undefined;
  }

  #lives(process: ClientProcess): boolean {
    return this.#processOn(process.context.host) === process;
  }
}
