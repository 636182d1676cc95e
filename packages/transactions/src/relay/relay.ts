import {
  AbortableWait,
  type Duration,
  invalidArgument,
  platformWorld,
  sleep,
  toMillis,
  toPositiveMicros,
  type World,
} from '@holdfast/core';
import type { Broker } from '../outbox/broker.ts';
import type { Message } from '../outbox/message.ts';
import type { Outbox, OutboxClaim } from '../outbox/outbox.ts';
import { Publication, type PublicationPolicy } from './publication.ts';

export interface RelayOptions {
  readonly outbox: Outbox<never>;
  readonly broker: Pick<Broker, 'publish'>;
  /** Messages in one claim, 1 to 1,000. Default 100. */
  readonly batch?: number | undefined;
  /** How long a claim holds; what is not published by then is left to others. Default '30s'. */
  readonly lease?: Duration | undefined;
  /** How often it looks for messages that it was not told of. Default '5s'. */
  readonly lookEvery?: Duration | undefined;
  /** Attempts after which a message that the broker fails is parked. A broker that is away parks nothing. Default 10. */
  readonly attemptsMax?: number | undefined;
  /** Before a second attempt; doubled with each further one. Default '100ms'. */
  readonly delay?: Duration | undefined;
  /** The longest pause between attempts. Default '30s'. */
  readonly delayMax?: Duration | undefined;
  /** Hears of what fails: publishing a message, or the outbox itself. Default nobody does. */
  readonly onFailure?: ((error: unknown, message: Message | undefined) => void) | undefined;
  /** Default the platform's. */
  readonly world?: World | undefined;
}

/** Counts since it was started. */
export interface RelayFigures {
  readonly published: number;
  readonly failed: number;
  readonly parked: number;
  readonly claims: number;
}

/** A relay at work. */
export interface Relay {
  readonly figures: RelayFigures;
  /** Stops after what is under way. Nothing of it is left running. */
  close(): Promise<void>;
}

/**
 * Publishes what is in an outbox, as soon as it is there: at least once, each key in order. Several relays may serve an
 * outbox. A message is published under its own id, so that a broker or an inbox can tell copies.
 *
 * @throws HoldfastError INVALID_ARGUMENT.
 */
export function startRelay(options: RelayOptions): Relay {
  const { batch = 100, attemptsMax = 10, world = platformWorld() } = options;
  const { lease = '30s', lookEvery = '5s', delay = '100ms', delayMax = '30s' } = options;
  for (const [field, count, most] of [
    ['batch', batch, 1_000],
    ['attemptsMax', attemptsMax, 1_000_000],
  ] as const) {
    if (!(Number.isSafeInteger(count) && count >= 1 && count <= most)) {
      throw invalidArgument(field, count, `a whole number from 1 to ${most}`);
    }
  }
  return new RunningRelay(options, world, {
    batch,
    lease: toPositiveMicros(lease, 'lease'),
    lookEvery: toPositiveMicros(lookEvery, 'lookEvery'),
    policy: {
      attemptsMax,
      delay: toMillis(toPositiveMicros(delay, 'delay')),
      delayMax: toMillis(toPositiveMicros(delayMax, 'delayMax')),
    },
  });
}

/** Times in microseconds. */
interface Settings {
  readonly batch: number;
  readonly lease: number;
  readonly lookEvery: number;
  readonly policy: PublicationPolicy;
}

class RunningRelay implements Relay {
  readonly figures: { published: number; failed: number; parked: number; claims: number } = {
    published: 0,
    failed: 0,
    parked: 0,
    claims: 0,
  };
  readonly #options: RelayOptions;
  readonly #world: World;
  readonly #settings: Settings;
  readonly #closing = new AbortController();
  readonly #done: Promise<void>;
  /** Told of messages since it looked last. */
  #told = false;
  #wait: AbortableWait | undefined;

  constructor(options: RelayOptions, world: World, settings: Settings) {
    this.#options = options;
    this.#world = world;
    this.#settings = settings;
    this.#done = this.#run();
  }

  async close(): Promise<void> {
    this.#closing.abort();
    await this.#done;
  }

  async #run(): Promise<void> {
    const { outbox } = this.#options;
    const { signal } = this.#closing;
    const leave = outbox.onEnqueued(() => {
      this.#told = true;
      this.#wait?.resolve();
    });
    let failures = 0;
    while (!signal.aborted) {
      try {
        const pause = await this.#relay();
        failures = 0;
        if (pause !== undefined) await this.#pause(pause);
      } catch (error) {
        if (signal.aborted) break;
        this.#tell(error, undefined);
        const { delay, delayMax } = this.#settings.policy;
        await this.#pause(Math.min(delay * 2 ** Math.min(failures++, 30), delayMax) * 1_000);
      }
    }
    leave();
  }

  #tell(error: unknown, message: Message | undefined): void {
    try {
      this.#options.onFailure?.(error, message);
    } catch (thrown) {
      // The caller's own fault, told as one that nobody catches; the relay goes on.
      void Promise.reject(thrown);
    }
  }

  /** Publishes what one claim gives. Microseconds to wait when there was nothing. */
  async #relay(): Promise<number | undefined> {
    const { outbox } = this.#options;
    const { batch, lease, lookEvery } = this.#settings;
    this.#told = false;
    const begun = this.#world.clock.now();
    const claim = await outbox.claim({ limit: batch, lease: `${lease}us`, signal: this.#closing.signal });
    if (claim.messages.length === 0) {
      return claim.again === undefined ? lookEvery : Math.min(claim.again * 1_000, lookEvery);
    }
    this.figures.claims++;
    const outcomes = await this.#publish(claim, begun + lease);
    // Also while closing: what was published would be published again.
    await outbox.settle(claim, outcomes);
    return undefined;
  }

  /** Until all are published or have failed, or the claim is over. */
  async #publish(claim: OutboxClaim, until: number): Promise<Publication['outcomes']> {
    const { clock, random } = this.#world;
    const publication = new Publication(claim, this.#settings.policy);
    const over = new AbortController();
    const expiry = sleep(`${Math.max(until - clock.now(), 0)}us`, {
      world: this.#world,
      signal: over.signal,
    });
    const stop = expiry.then(
      () => over.abort(new Error('the claim is over')),
      () => {},
    );
    const publish = async (message: Message): Promise<void> => {
      try {
        await this.#options.broker.publish(message, over.signal);
        publication.published(message.id);
        this.figures.published++;
      } catch (error) {
        this.figures.failed++;
        this.#tell(error, message);
        publication.failed(message.id, error, random.float());
      }
      await advance();
    };
    const advance = async (): Promise<void> => {
      // A process that was paused may be late: the claim is another relay's by then.
      if (clock.now() >= until || this.#closing.signal.aborted) publication.stop();
      await Promise.all(publication.take().map(publish));
    };
    await advance();
    over.abort();
    await stop;
    for (const { kind } of publication.outcomes) if (kind === 'parked') this.figures.parked++;
    return publication.outcomes;
  }

  /** Waits, unless there is word of messages. */
  async #pause(micros: number): Promise<void> {
    if (this.#told) return;
    const over = new AbortController();
    const wait = new AbortableWait('relay', this.#closing.signal);
    this.#wait = wait;
    const slept = sleep(`${Math.ceil(micros)}us`, { world: this.#world, signal: over.signal }).then(
      () => wait.resolve(),
      () => {},
    );
    await wait.promise.catch(() => {});
    this.#wait = undefined;
    over.abort();
    await slept;
  }
}
