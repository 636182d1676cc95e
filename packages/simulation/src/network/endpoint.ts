import {
  type Address,
  type Connection,
  type DatagramSocket,
  type Listener,
  type Network,
  networkErrors,
  throwIfAborted,
  type WaitOptions,
} from '@holdfast/core';
import type { Process } from '../host/process.ts';
import { DatagramPorts } from './datagram-ports.ts';
import { forever } from './forever.ts';
import { fetchOver, type HttpNetwork } from './http/http-client.ts';
import { answerConnection, type HttpHandler } from './http/http-server.ts';
import { Inbox, type Reader } from './inbox.ts';
import { MessagePort } from './message-port.ts';
import type { Packet } from './packet.ts';
import type { Occupant, Station } from './station.ts';
import { StreamHost, type StreamSettings } from './stream/stream-host.ts';

export interface EndpointSettings extends StreamSettings {
  readonly inboxPacketsMax: number;
  /** Whether there is, or ever was, a host of that name. */
  knows(host: string): boolean;
}

/** What one process has of the network, from its start to its crash. */
export class Endpoint implements Network, HttpNetwork, Occupant, Reader {
  readonly messages: MessagePort;
  readonly #process: Process;
  readonly #settings: EndpointSettings;
  readonly #inbox: Inbox;
  readonly #datagrams: DatagramPorts;
  readonly #streams: StreamHost;

  constructor(process: Process, station: Station, settings: EndpointSettings) {
    const { timers, trace, inboxPacketsMax } = settings;
    this.messages = new MessagePort(process, station, trace);
    this.#process = process;
    this.#settings = settings;
    this.#inbox = new Inbox(process, this, timers, trace, inboxPacketsMax);
    this.#datagrams = new DatagramPorts(process, station, trace);
    this.#streams = new StreamHost(process, station, settings);
  }

  async listen(port: number, accept: (connection: Connection) => void): Promise<Listener> {
    return this.#process.alive ? this.#streams.listen(port, accept) : forever();
  }

  async connect(to: Address, options: WaitOptions = {}): Promise<Connection> {
    throwIfAborted(options.signal, 'connect');
    if (!this.#process.alive) return forever();
    const host = this.resolve(to.host);
    if (!this.knows(host)) {
      throw networkErrors.create('HOST_UNREACHABLE', {
        message: `there is no host of the name ${host}`,
        context: { host },
      });
    }
    return this.#streams.connect({ host, port: to.port }, options);
  }

  async bind(port: number, receive: (datagram: Uint8Array, from: Address) => void): Promise<DatagramSocket> {
    return this.#process.alive
      ? this.#datagrams.bind(port, receive, (host) => this.resolve(host))
      : forever();
  }

  get connectTimeout(): number {
    return this.#settings.patience.opening;
  }

  knows(host: string): boolean {
    return this.#settings.knows(this.resolve(host));
  }

  /** @throws HoldfastError ADDRESS_IN_USE. */
  serve(port: number, handler: HttpHandler): void {
    if (!this.#process.alive) return;
    const { address } = this.#streams.listen(port, (connection) => {
      void answerConnection(connection, address, handler, (error) => this.#noteFailure(address, error));
    });
  }

  async fetch(input: string | URL | Request, init?: RequestInit): Promise<Response> {
    return this.#process.alive ? fetchOver(this, input, init) : forever();
  }

  /** The host that a program means: itself by the names that every host has for itself. */
  resolve(host: string): string {
    return host === 'localhost' || host === '127.0.0.1' || host === '::1' || host === '[::1]'
      ? this.#process.host
      : host;
  }

  receive(packet: Packet, from: string): void {
    if (packet.protocol === 'segment') this.#streams.receive(packet, from);
    else this.#inbox.receive(packet, from);
  }

  deliver(packet: Packet, from: string): void {
    if (packet.protocol === 'message') this.messages.deliver(packet, from);
    else this.#datagrams.deliver(packet, from);
  }

  /** The process has ended. */
  close(): void {
    this.messages.onMessage = undefined;
    this.#inbox.close();
    this.#streams.close();
  }

  #noteFailure({ host, port }: Address, error: unknown): void {
    const { clock, trace } = this.#settings;
    if (!trace.tracer.enabled) return;
    const text = `the handler at port ${port} failed: ${String(error)}`;
    trace.tracer.record({ what: 'note', at: clock.now(), host, text });
  }
}
