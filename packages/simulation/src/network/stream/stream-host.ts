import type { Address, Clock, Connection, Listener, Timers, WaitOptions } from '@holdfast/core';
import type { Choices } from '../../choices/choices.ts';
import type { Process } from '../../host/process.ts';
import type { Packet } from '../packet.ts';
import type { PacketTrace } from '../packet-trace.ts';
import { PortTable } from '../port-table.ts';
import type { Station } from '../station.ts';
import { nobody, resetSegment, type Segment } from './segment.ts';
import { SimulatedConnection } from './simulated-connection.ts';
import { Stream, type StreamOwner } from './stream.ts';
import { StreamChance } from './stream-chance.ts';
import { type Accept, Acceptance, StreamListener } from './stream-listener.ts';
import type { Patience } from './stream-sender.ts';

/** What the streams of all hosts share. */
export interface StreamSettings {
  readonly clock: Clock;
  readonly timers: Timers;
  readonly choices: Choices;
  readonly trace: PacketTrace;
  readonly patience: Patience;
  readonly bufferBytes: number;
  /** Gives each end of a stream a number that no other ever has. */
  nextNumber(): number;
}

/** The streams of one process. The host's system keeps them going while the process is paused. */
export class StreamHost implements StreamOwner {
  readonly clock: Clock;
  readonly timers: Timers;
  readonly patience: Patience;
  readonly bufferBytes: number;
  readonly #process: Process;
  readonly #station: Station;
  readonly #settings: StreamSettings;
  readonly #ports: PortTable<StreamListener | Stream>;
  readonly #streams = new Map<number, Stream>();
  /** Accepted streams by the number of the end that opened them. */
  readonly #accepted = new Map<number, Stream>();
  readonly #chances = new Map<string, StreamChance>();

  constructor(process: Process, station: Station, settings: StreamSettings) {
    this.clock = settings.clock;
    this.timers = settings.timers;
    this.patience = settings.patience;
    this.bufferBytes = settings.bufferBytes;
    this.#process = process;
    this.#station = station;
    this.#settings = settings;
    this.#ports = new PortTable(process.host);
  }

  /** @throws HoldfastError ADDRESS_IN_USE. */
  listen(port: number, accept: Accept): Listener {
    const claimed = this.#ports.claim(port);
    const address = { host: this.#process.host, port: claimed };
    const listener = new StreamListener(this.#process, address, accept, () => this.#ports.release(claimed));
    this.#ports.set(claimed, listener);
    return listener;
  }

  async connect(to: Address, options: WaitOptions): Promise<Connection> {
    const localPort = this.#ports.claim(0);
    const number = this.#settings.nextNumber();
    const ends = { number, peer: nobody, localPort, remoteHost: to.host, remotePort: to.port };
    const stream = new Stream(ends, this.#chance(to.host), this);
    const connection = new SimulatedConnection(this.#process, stream);
    this.#streams.set(number, stream);
    this.#ports.set(localPort, stream);
    stream.start();
    await connection.opened(options);
    return connection;
  }

  receive(packet: Packet, from: string): void {
    const segment = packet.payload as Segment;
    const { fromPort, toPort } = packet;
    const { trace } = this.#settings;
    const stream = segment.to === nobody ? this.#accepted.get(segment.from) : this.#streams.get(segment.to);
    if (stream === undefined && segment.to === nobody && this.#listenerAt(toPort)?.full) {
      trace.dropped(packet, 'backlog-full');
      return;
    }
    trace.delivered(packet);
    if (stream !== undefined) stream.receive(segment);
    else if (segment.kind === 'stream') this.#receiveStray(segment, from, fromPort, toPort);
  }

  send({ ends }: Stream, segment: Segment): void {
    this.#station.send(ends.remoteHost, 'segment', segment, ends.localPort, ends.remotePort);
  }

  over({ ends }: Stream): void {
    const { number, peer, localPort } = ends;
    this.#streams.delete(number);
    if (peer === nobody) this.#ports.release(localPort);
    else this.#accepted.delete(peer);
  }

  /** The process has ended: its streams break, and their other ends are told once. */
  close(): void {
    for (const stream of [...this.#streams.values()]) {
      stream.observer?.abandoned();
      stream.observer = undefined;
      stream.destroy();
    }
  }

  /**
   * Takes up a stream that another host opens, where somebody listens. What is for an end that is no more is answered
   * with a reset: one that only missed the last acknowledgement has lost nothing by it.
   */
  #receiveStray(segment: Segment, from: string, fromPort: number, toPort: number): void {
    const listener = segment.to === nobody ? this.#listenerAt(toPort) : undefined;
    if (listener === undefined) {
      const answer = resetSegment(segment.to === nobody ? 'refused' : 'reset', segment.to, segment.from);
      this.#station.send(from, 'segment', answer, toPort, fromPort);
      return;
    }
    const number = this.#settings.nextNumber();
    const ends = {
      number,
      peer: segment.from,
      localPort: toPort,
      remoteHost: from,
      remotePort: fromPort,
    };
    const stream = new Stream(ends, this.#chance(from), this);
    this.#streams.set(number, stream);
    this.#accepted.set(segment.from, stream);
    stream.observer = new Acceptance(this.#process, listener, stream);
    stream.receive(segment);
  }

  #listenerAt(port: number): StreamListener | undefined {
    const holder = this.#ports.get(port);
    return holder instanceof StreamListener ? holder : undefined;
  }

  #chance(to: string): StreamChance {
    let chance = this.#chances.get(to);
    if (chance === undefined) {
      chance = new StreamChance(this.#settings.choices, this.#process.host, to);
      this.#chances.set(to, chance);
    }
    return chance;
  }
}
