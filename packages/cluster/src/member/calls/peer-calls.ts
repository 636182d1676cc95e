import { Timer, type World } from '@holdfast/core';
import { clusterErrors } from '../../errors.ts';
import { EtcdError } from '../../etcd/etcd-errors.ts';
import {
  type CallAnswer,
  encodeCall,
  encodeCallAnswer,
  type PeerCall,
  type PeerMethod,
} from '../peers/call-messages.ts';
import { ByteReader } from '../wire/byte-reader.ts';
import { ByteWriter } from '../wire/byte-writer.ts';
import { readError, writeError } from './call-errors.ts';

/** Sends a message; false when it was dropped. */
export type Post = (to: string, message: Uint8Array) => boolean;
/** Does what another member asks for. */
export type Serve = (method: PeerMethod, body: Uint8Array) => Promise<Uint8Array>;

/** Requests to another member, and its answers. Neither is repeated where a link breaks: then time runs out. */
export class PeerCalls {
  readonly #world: World;
  readonly #post: Post;
  readonly #serve: Serve;
  readonly #writer = new ByteWriter();
  readonly #waiting = new Map<number, Waiting>();
  /** Begins anywhere, so that an answer to an earlier life finds nobody. */
  #lastId: number;

  constructor(world: World, post: Post, serve: Serve) {
    this.#world = world;
    this.#post = post;
    this.#serve = serve;
    this.#lastId = world.random.uint32() * 0x8000;
  }

  /**
   * Asks `to`.
   *
   * @throws EtcdError, HoldfastError what the other one throws; REQUEST_TIMED_OUT after `timeout` microseconds,
   * NO_LEADER when it cannot be reached.
   */
  ask(to: string, method: PeerMethod, body: Uint8Array, timeout: number): Promise<Uint8Array> {
    const id = ++this.#lastId;
    if (!this.#post(to, encodeCall(this.#writer, { id, method, body }))) {
      const message = `member ${to} cannot be reached`;
      return Promise.reject(clusterErrors.create('NO_LEADER', { message }));
    }
    return new Promise((resolve, reject) => {
      const waiting = new Waiting(resolve, reject, () => this.#waiting.delete(id));
      this.#waiting.set(id, waiting);
      this.#world.timers.arm(waiting, this.#world.clock.now() + timeout);
    });
  }

  receive(from: string, { id, method, body }: PeerCall): void {
    this.#serve(method, body).then(
      (answer) => this.#answer(from, { id, outcome: 'ok', body: answer }),
      (error) => {
        const outcome = error instanceof EtcdError ? 'refused' : 'failed';
        this.#answer(from, { id, outcome, body: writeError(error) });
      },
    );
  }

  receiveAnswer({ id, outcome, body }: CallAnswer): void {
    const waiting = this.#waiting.get(id);
    if (waiting === undefined) return;
    this.#waiting.delete(id);
    this.#world.timers.disarm(waiting);
    if (outcome === 'ok') waiting.resolve(body);
    else waiting.reject(readError(outcome, new ByteReader(body)));
  }

  stop(error: unknown): void {
    for (const waiting of this.#waiting.values()) {
      this.#world.timers.disarm(waiting);
      waiting.reject(error);
    }
    this.#waiting.clear();
  }

  #answer(to: string, answer: CallAnswer): void {
    this.#post(to, encodeCallAnswer(this.#writer, answer));
  }
}

class Waiting extends Timer {
  readonly resolve: (body: Uint8Array) => void;
  readonly reject: (error: unknown) => void;
  readonly #forget: () => void;

  constructor(resolve: (body: Uint8Array) => void, reject: (error: unknown) => void, forget: () => void) {
    super();
    this.resolve = resolve;
    this.reject = reject;
    this.#forget = forget;
  }

  override fire(): void {
    this.#forget();
    this.reject(
      clusterErrors.create('REQUEST_TIMED_OUT', { message: 'the other member has not answered in time' }),
    );
  }
}
