import { asHoldfastError, type HoldfastError, sleep, toAbortError, type World } from '@holdfast/core';
import type { MessageType } from '@holdfast/transport/protobuf';
import { clusterErrors } from '../errors.ts';
import type { Authentication } from './authentication.ts';
import type { ClientStream, ClusterChannel } from './cluster-channel.ts';
import type { EndpointPool } from './endpoint-pool.ts';

export interface KeptStreamOptions<Request, Response> {
  readonly world: World;
  readonly pool: EndpointPool;
  readonly authentication: Authentication;
  readonly path: string;
  readonly requestType: MessageType<Request>;
  readonly responseType: MessageType<Response>;
  /** It is open, for the first time or again: nothing that was sent before counts any more. */
  opened(): void;
  message(response: Response): void;
  /** No endpoint will serve it: it is given up until it is started again. */
  refused(error: HoldfastError): void;
}

/** Refusals in a row, without a message between them, after which a stream is given up. */
const refusalsMax = 3;
/** Microseconds before a stream that failed twice in a row is opened again; doubled with each failure after it. */
const pauseMin = 50_000;
const pauseMax = 1_000_000;

/** A stream that is opened again, on whichever endpoint serves, whenever it breaks. */
export class KeptStream<Request, Response> {
  readonly #options: KeptStreamOptions<Request, Response>;
  #stopping: AbortController | undefined;
  #stream: ClientStream<Request> | undefined;
  /** Ends the present stream with a reason of ours. */
  #drop: ((reason: HoldfastError) => void) | undefined;
  /** Refusals, and failures of any kind, since the last message. */
  #refusals = 0;
  #failures = 0;

  constructor(options: KeptStreamOptions<Request, Response>) {
    this.#options = options;
  }

  get running(): boolean {
    return this.#stopping !== undefined;
  }

  start(): void {
    if (this.#stopping !== undefined) return;
    this.#stopping = new AbortController();
    this.#refusals = this.#failures = 0;
    void this.#run(this.#stopping);
  }

  stop(): void {
    const stopping = this.#stopping;
    this.#stopping = undefined;
    stopping?.abort(toAbortError('nobody needs it any more', this.#options.path));
  }

  /** Sends on the open stream; does nothing while there is none, for `opened` is called when there is. */
  send(request: Request): void {
    if (this.#stream === undefined || this.#stream.send(request)) return;
    this.restart('it takes no more requests');
  }

  /** Drops the present stream: its endpoint is of no use. */
  restart(why: string): void {
    this.drop(
      clusterErrors.create('ENDPOINT_UNAVAILABLE', {
        message: `the stream ${this.#options.path} was dropped: ${why}`,
      }),
    );
  }

  /** Drops the present stream as if it had ended with `error`. */
  drop(error: HoldfastError): void {
    this.#drop?.(error);
  }

  async #run(stopping: AbortController): Promise<void> {
    const { pool, authentication } = this.#options;
    const { signal } = stopping;
    while (!signal.aborted) {
      let channel: ClusterChannel | undefined;
      let token: string | undefined;
      try {
        channel = await pool.channel(signal);
        token = await authentication.token(signal);
        signal.throwIfAborted();
        await this.#serve(channel, token, signal);
      } catch (thrown) {
        if (signal.aborted) return;
        const error = asHoldfastError(thrown);
        const renewed = authentication.renews(token, error) && ++this.#refusals < refusalsMax;
        if (!renewed && !passes(error)) {
          this.#stopping = undefined;
          this.#options.refused(error);
          return;
        }
        if (!renewed && channel !== undefined) pool.failed(channel, error);
        await this.#pause(signal);
      }
    }
  }

  /** Once is no pattern: the first time another endpoint is asked at once. */
  async #pause(signal: AbortSignal): Promise<void> {
    this.#failures += 1;
    if (this.#failures === 1) return;
    const { world } = this.#options;
    const pause = Math.min(pauseMax, pauseMin * 2 ** Math.min(this.#failures - 2, 10));
    const jittered = Math.ceil(pause / 2) + world.random.below(Math.ceil(pause / 2) + 1);
    await sleep(`${jittered}us`, { world, signal }).catch(() => {});
  }

  /** Resolves never; rejects when the stream is over. */
  #serve(channel: ClusterChannel, token: string | undefined, signal: AbortSignal): Promise<never> {
    const { path, requestType, responseType } = this.#options;
    return new Promise((_resolve, reject) => {
      let stream: ClientStream<Request> | undefined;
      let over = false;
      const end = (error: unknown): void => {
        if (over) return;
        over = true;
        signal.removeEventListener('abort', stopped);
        if (this.#stream === stream) this.#stream = this.#drop = undefined;
        reject(error);
      };
      const drop = (reason: HoldfastError): void => {
        stream?.cancel();
        end(reason);
      };
      const stopped = (): void => drop(signal.reason);
      signal.addEventListener('abort', stopped);
      try {
        stream = channel.stream<Request, Response>(
          {
            path,
            requestType,
            responseType,
            message: (response) => {
              if (over) return;
              this.#refusals = this.#failures = 0;
              this.#options.pool.succeeded(channel);
              this.#options.message(response);
            },
            ended: (error) => end(error ?? endedInOrder(path)),
          },
          { signal: undefined, token, timeout: undefined, requiresLeader: true },
        );
      } catch (error) {
        end(error);
      }
      if (over) return;
      this.#stream = stream;
      this.#drop = drop;
      this.#options.opened();
    });
  }
}

function endedInOrder(path: string): HoldfastError {
  return clusterErrors.create('ENDPOINT_UNAVAILABLE', {
    message: `the server has ended the stream ${path}: it may be going down`,
  });
}

/** Whether trouble of this kind passes, here or at another endpoint. */
function passes({ code }: HoldfastError): boolean {
  return (
    code === 'ENDPOINT_UNAVAILABLE' ||
    code === 'STORE_OVERLOADED' ||
    code === 'STORE_UNAVAILABLE' ||
    code === 'REQUEST_TIMED_OUT'
  );
}
