import type { Address, Clock, Connection, Listener, Timers, WaitOptions } from '@holdfast/core';
import type { Choices } from '../../choices/choices.ts';
import type { Process } from '../../host/process.ts';
import type { Packet } from '../packet.ts';
import type { PacketTrace } from '../packet-trace.ts';
import { PortTable } from '../port-table.ts';
import type { Station } from '../station.ts';
import { lengthOf, nobody, resetSegment, type Segment } from './segment.ts';
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

/** Streams that a listener has not accepted yet; more are dropped, and tried again by those who open them. */
const backlogMax = 512;
/** Ended streams that are remembered, to acknowledge the end again; the oldest is forgotten. */
const farewellsMax = 1_024;

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
  readonly #farewells = new Map<number, Segment>();
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
    this.#settings.trace.delivered(packet);
    const stream = segment.to === nobody ? this.#accepted.get(segment.from) : this.#streams.get(segment.to);
    if (stream !== undefined) {
      stream.receive(segment);
    } else if (segment.kind === 'stream') {
      const answer =
        segment.to === nobody ? this.#accept(segment, from, fromPort, toPort) : this.#answerOf(segment);
      if (answer !== undefined) this.#station.send(from, 'segment', answer, toPort, fromPort);
    }
  }

  send({ ends }: Stream, segment: Segment): void {
    this.#station.send(ends.remoteHost, 'segment', segment, ends.localPort, ends.remotePort);
  }

  over({ ends }: Stream, farewell: Segment | undefined): void {
    const { number, peer, localPort } = ends;
    this.#streams.delete(number);
    if (peer === nobody) this.#ports.release(localPort);
    else this.#accepted.delete(peer);
    if (farewell === undefined) return;
    this.#farewells.set(number, farewell);
    if (this.#farewells.size <= farewellsMax) return;
    for (const oldest of this.#farewells.keys()) {
      this.#farewells.delete(oldest);
      break;
    }
  }

  /** The process has ended: its streams break, and their other ends are told once. */
  close(): void {
    for (const stream of [...this.#streams.values()]) {
      stream.observer?.abandoned();
      stream.observer = undefined;
      stream.destroy();
    }
  }

  /** Takes up a stream that another host opens; refuses where nobody listens. */
  #accept(segment: Segment, from: string, fromPort: number, toPort: number): Segment | undefined {
    const listener = this.#ports.get(toPort);
    if (!(listener instanceof StreamListener)) return resetSegment('refused', nobody, segment.from);
    if (!segment.opens || listener.backlog >= backlogMax) return undefined;
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
    return undefined;
  }

  /** What to say to an end whose other end is not here any more. */
  #answerOf(segment: Segment): Segment | undefined {
    const farewell = this.#farewells.get(segment.to);
    if (farewell?.to !== segment.from) return resetSegment('reset', segment.to, segment.from);
    return lengthOf(segment) > 0 || segment.probe ? farewell : undefined;
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
