import { type HoldfastError, type JsonValue, throwIfAborted } from '@holdfast/core';
import {
  type Message,
  type ParkedMessage,
  type ParkedOptions,
  type ParkedPage,
  transactionErrors,
} from '@holdfast/transactions';
import type { JetStreamClient, JetStreamManager, StoredMsg } from '@nats-io/jetstream';
import { fromWire, toHeaders } from './wire-message.ts';

const topicHeader = 'Holdfast-Topic';
const parkedHeader = 'Holdfast-Parked';

interface ParkedFacts {
  readonly attempts: number;
  readonly reason: string;
}

/** Parked messages, in a stream of their own: each under the subject of its consumer, with what is known of it. */
export class ParkingLot {
  readonly #manager: JetStreamManager;
  readonly #client: JetStreamClient;
  readonly #stream: string;
  readonly #subjectPrefix: string;

  constructor(manager: JetStreamManager, stream: string, subjectPrefix: string) {
    this.#manager = manager;
    this.#client = manager.jetstream();
    this.#stream = stream;
    this.#subjectPrefix = subjectPrefix;
  }

  /** @param copyId - of this parking: a repetition of it parks nothing twice. */
  async add(
    consumer: string,
    message: Message,
    { attempts, reason }: ParkedFacts,
    copyId: string,
  ): Promise<void> {
    const written = toHeaders(message, copyId);
    written.set(topicHeader, message.topic);
    written.set(parkedHeader, encodeURIComponent(JSON.stringify({ attempts, reason } satisfies JsonValue)));
    await this.#client.publish(this.#subject(consumer), message.body, { headers: written });
  }

  async list(consumer: string, { after = '0', limit = 100, signal }: ParkedOptions): Promise<ParkedPage> {
    const parked: ParkedMessage[] = [];
    let sequence = Number(after);
    for (;;) {
      throwIfAborted(signal, 'parked');
      const found = await this.#next(consumer, sequence + 1);
      if (found === undefined) return { parked, next: undefined };
      if (parked.length === limit) return { parked, next: `${sequence}` };
      sequence = found.seq;
      parked.push(toParked(found));
    }
  }

  /** The message of that id, and its number here. */
  async find(
    consumer: string,
    id: string,
    signal: AbortSignal | undefined,
  ): Promise<{ readonly sequence: number; readonly message: Message } | undefined> {
    for (let from = 1; ; ) {
      throwIfAborted(signal, 'retry');
      const found = await this.#next(consumer, from);
      if (found === undefined) return undefined;
      const { message } = toParked(found);
      if (message.id === id) return { sequence: found.seq, message };
      from = found.seq + 1;
    }
  }

  remove(sequence: number): Promise<boolean> {
    return this.#manager.streams.deleteMessage(this.#stream, sequence, false);
  }

  async #next(consumer: string, seq: number): Promise<StoredMsg | undefined> {
    const query = { seq, next_by_subj: this.#subject(consumer) };
    return (await this.#manager.streams.getMessage(this.#stream, query)) ?? undefined;
  }

  #subject(consumer: string): string {
    return `${this.#subjectPrefix}.${consumer}`;
  }
}

function toParked({ header, data, time, seq }: StoredMsg): ParkedMessage {
  const message = fromWire(header.get(topicHeader), header, data);
  if (message === undefined) throw foreign(seq);
  const facts = JSON.parse(decodeURIComponent(header.get(parkedHeader))) as ParkedFacts;
  return { message, ...facts, parkedAt: time.getTime() };
}

function foreign(sequence: number): HoldfastError {
  return transactionErrors.create('BROKER_REFUSED', {
    message: `message ${sequence} of the stream of parked messages was not written by this adapter`,
    context: { sequence },
  });
}
