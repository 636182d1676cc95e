import {
  assert,
  type Clock,
  type Duration,
  type Network,
  type Timers,
  toPositiveMicros,
} from '@holdfast/core';
import type { Choices } from '../choices/choices.ts';
import type { HostContext, Messages } from '../host/host-context.ts';
import type { Process } from '../host/process.ts';
import type { NetworkConditions } from '../plan/fault-plan.ts';
import type { Tracer } from '../trace/trace-event.ts';
import { Endpoint, type EndpointSettings } from './endpoint.ts';
import { Link, type LinkSurroundings } from './link.ts';
import { calm, withConditions } from './link-conditions.ts';
import { PacketPool } from './packet.ts';
import { PacketTrace } from './packet-trace.ts';
import type { SimulatedNetwork } from './simulated-network.ts';
import { Station } from './station.ts';

export interface NetworkModelOptions {
  /** True time. Every event of the network is a timer of `timers`. */
  readonly clock: Clock;
  readonly timers: Timers;
  readonly choices: Choices;
  readonly tracer: Tracer;
  /** Packets under way on one link at most; the newest are dropped (`'link-full'`). Default 10,000. */
  readonly linkPacketsMax?: number;
  /** Packets that wait for a paused process at most; the newest are dropped (`'inbox-full'`). Default 10,000. */
  readonly inboxPacketsMax?: number;
  /** How long a connection waits for an answer before it fails with HOST_UNREACHABLE. Default 5s. */
  readonly connectTimeout?: Duration;
  /** How long an open one resends without any answer before it fails with CONNECTION_RESET. Default 10s. */
  readonly silenceTimeout?: Duration;
  /** Bytes that each end of a stream keeps for sending, and for reading, at most. Default 65,536. */
  readonly streamBufferBytes?: number;
}

/** The network as one process has it. */
export interface ProcessNetwork {
  readonly messages: Messages;
  readonly network: Network;
  readonly serve: HostContext['serve'];
  readonly fetch: HostContext['fetch'];
}

/** The simulated network: links between hosts, and on them messages, datagrams, streams and HTTP. */
export class NetworkModel implements SimulatedNetwork {
  readonly #trace: PacketTrace;
  readonly #surroundings: LinkSurroundings;
  readonly #settings: EndpointSettings;
  readonly #stations = new Map<string, Station>();
  readonly #endpoints = new Map<Process, Endpoint>();
  #general = calm;

  constructor({
    clock,
    timers,
    choices,
    tracer,
    linkPacketsMax = 10_000,
    inboxPacketsMax = 10_000,
    connectTimeout = '5s',
    silenceTimeout = '10s',
    streamBufferBytes = 65_536,
  }: NetworkModelOptions) {
    const pool = new PacketPool();
    const trace = new PacketTrace(clock, tracer, pool);
    let ends = 0;
    this.#trace = trace;
    this.#surroundings = { timers, choices, trace, pool, packetsMax: linkPacketsMax };
    this.#settings = {
      clock,
      timers,
      choices,
      trace,
      inboxPacketsMax,
      bufferBytes: streamBufferBytes,
      patience: {
        opening: toPositiveMicros(connectTimeout, 'connectTimeout'),
        open: toPositiveMicros(silenceTimeout, 'silenceTimeout'),
      },
      nextNumber: () => ++ends,
      knows: (host) => this.#stations.get(host)?.known === true,
    };
  }

  /** Gives a process that starts its network. Its host is known from now on. */
  attach(process: Process): ProcessNetwork {
    const station = this.#station(process.host);
    assert(station.occupant === undefined, `the host ${process.host} has a process already`);
    const endpoint = new Endpoint(process, station, this.#settings);
    station.occupant = endpoint;
    station.known = true;
    this.#endpoints.set(process, endpoint);
    return {
      messages: endpoint.messages,
      network: endpoint,
      serve: (port, handler) => endpoint.serve(port, handler),
      fetch: (input, init) => endpoint.fetch(input, init),
    };
  }

  /** Takes it away from a process that has crashed. */
  detach(process: Process): void {
    const endpoint = this.#endpoints.get(process);
    if (endpoint === undefined) return;
    this.#endpoints.delete(process);
    this.#station(process.host).occupant = undefined;
    endpoint.close();
  }

  setConditions(conditions: NetworkConditions): void {
    this.#general = withConditions(calm, conditions);
    for (const station of this.#stations.values()) {
      for (const link of station.links.values()) link.setGeneral(this.#general);
    }
  }

  cut(from: string, to: string): () => void {
    return this.#link(from, to).cut();
  }

  clog(from: string, to: string): () => void {
    return this.#link(from, to).clog();
  }

  degrade(from: string, to: string, conditions: NetworkConditions): () => void {
    return this.#link(from, to).degrade(conditions);
  }

  #station(host: string): Station {
    let station = this.#stations.get(host);
    if (station === undefined) {
      const linkTo = (to: string) => (this.#settings.knows(to) ? this.#link(host, to) : undefined);
      station = new Station(host, linkTo, this.#surroundings.pool, this.#trace);
      this.#stations.set(host, station);
    }
    return station;
  }

  #link(from: string, to: string): Link {
    const { links } = this.#station(from);
    let link = links.get(to);
    if (link === undefined) {
      link = new Link(from, to, this.#station(to), this.#general, this.#surroundings);
      links.set(to, link);
    }
    return link;
  }
}
