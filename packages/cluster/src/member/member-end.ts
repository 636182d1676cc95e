import { asHoldfastError, type HoldfastError, sleep, type World } from '@holdfast/core';
import { clusterErrors } from '../errors.ts';

/** What the end of a member needs of it. */
export interface EndingMember {
  readonly name: string;
  /** Proposals of its own that are not decided. */
  pending(): number;
  /** Gives up leadership if it has it; takes so many microseconds at most. Rejects when nobody can take it. */
  handOver(timeout: number): Promise<void>;
  /** Begins nothing more. */
  halt(): void;
  /** Lets go of everything; what waits ends with `error`. */
  letGo(error: HoldfastError): Promise<void>;
}

/** Milliseconds between two looks whether all is decided. */
const lookEvery = 5;

/** How a member ends, once: in good order when it is told to, or at once when it cannot go on. */
export class MemberEnd {
  /** Settles when it has ended: rejects with what made it stop by itself. */
  readonly stopped: Promise<void>;
  readonly #member: EndingMember;
  readonly #world: World;
  #settle!: { readonly resolve: () => void; readonly reject: (error: unknown) => void };
  #broken = false;
  #ending: Promise<void> | undefined;
  #closing: Promise<void> | undefined;

  constructor(member: EndingMember, world: World) {
    this.#member = member;
    this.#world = world;
    this.stopped = new Promise<void>((resolve, reject) => {
      this.#settle = { resolve, reject };
    });
    // Whoever wants to know of it listens; nobody has to.
    this.stopped.catch(() => undefined);
  }

  /** Whether it has been told to stop, or cannot go on: it takes nothing more. */
  get begun(): boolean {
    return this.#ending !== undefined;
  }

  /** Whether it lets go of everything now, or has. */
  get closing(): boolean {
    return this.#closing !== undefined;
  }

  /** Ends it in good order, within about `grace` microseconds. */
  async stop(grace: number): Promise<void> {
    this.#ending ??= this.#leave(grace);
    await this.#ending;
  }

  /** The member cannot go on: it stops at once, and {@link stopped} says why. */
  fail(thrown: unknown): void {
    if (this.#broken) return;
    this.#broken = true;
    this.#member.halt();
    const error = asHoldfastError(thrown);
    // What is under way may be decided all the same, whatever has stopped this member.
    const closing = this.#close(error).catch(() => undefined);
    this.#ending ??= closing;
    void closing.then(() => this.#settle.reject(error));
  }

  async #leave(grace: number): Promise<void> {
    const { clock } = this.#world;
    const until = clock.now() + grace;
    try {
      await this.#member.handOver(grace / 2);
    } catch {
      // Nobody can take it: the others elect one of them when they miss this member.
    }
    while (this.#member.pending() > 0 && clock.now() < until && !this.#broken) {
      await sleep(lookEvery, { world: this.#world });
    }
    try {
      await this.#close();
      this.#settle.resolve();
    } catch (error) {
      this.#settle.reject(asHoldfastError(error));
      throw error;
    }
  }

  #close(cause?: unknown): Promise<void> {
    this.#closing ??= this.#member.letGo(memberStopped(this.#member.name, cause));
    return this.#closing;
  }
}

export function memberStopped(name: string, cause?: unknown): HoldfastError<'MEMBER_STOPPED'> {
  return clusterErrors.create('MEMBER_STOPPED', { message: `the member ${name} has stopped`, cause });
}

/** What {@link memberStopped} is to a request of which nothing is done, and never will be. */
export function neverBegun({ message, cause }: HoldfastError): HoldfastError<'MEMBER_STOPPED'> {
  return clusterErrors.create('MEMBER_STOPPED', { message, cause, executed: 'no', retryable: 'safe' });
}
