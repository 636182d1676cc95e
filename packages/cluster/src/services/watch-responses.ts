import { MessageWriter } from '@holdfast/transport/protobuf';
import type { Event } from '../etcd/key-value.ts';
import { WatchResponse } from '../etcd/watch.ts';
import type { WatchBatch } from '../state/watch/watcher.ts';
import type { Headers } from './headers.ts';

/** The field `watch_id` of a WatchResponse, as its tag. */
const watchIdTag = (2 << 3) | 0;

/**
 * Encodes events for watchers. Those that get the same events at the same time are the rule, so what is the same for all
 * of them is encoded once: all but the watch's id, and that too where the last one's was the same.
 */
export class WatchResponses {
  readonly #headers: Headers;
  readonly #writer: MessageWriter = new MessageWriter();
  #events: readonly Event[] | undefined = undefined;
  #revision = -1;
  /** Header and events of the last batch, and the whole response to the last of its watchers. */
  #header: Uint8Array = new Uint8Array(0);
  #body: Uint8Array = new Uint8Array(0);
  #watchId: bigint | undefined = undefined;
  #response: Uint8Array = new Uint8Array(0);

  constructor(headers: Headers) {
    this.#headers = headers;
  }

  /** The encoded response. Valid until the next call. */
  encode(watchId: bigint, { revision, events }: WatchBatch): Uint8Array {
    if (events !== this.#events || revision !== this.#revision) {
      this.#events = events;
      this.#revision = revision;
      this.#watchId = undefined;
      this.#header = WatchResponse.encode(WatchResponse.create({ header: this.#headers.at(revision) }));
      this.#body = WatchResponse.encode(WatchResponse.create({ events }));
    }
    if (watchId === this.#watchId) return this.#response;
    this.#watchId = watchId;
    const writer = this.#writer;
    writer.discard();
    writer.raw(this.#header);
    if (watchId !== 0n) {
      writer.varint(watchIdTag);
      writer.varint64(Number(watchId & 0xffff_ffffn), Number((watchId >> 32n) & 0xffff_ffffn));
    }
    writer.raw(this.#body);
    this.#response = writer.written;
    return this.#response;
  }
}
