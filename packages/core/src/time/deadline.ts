import { coreErrors } from '../errors/core-errors.ts';
import type { Clock } from '../world/clock.ts';
import { platformWorld } from '../world/platform-world.ts';
import type { World } from '../world/world.ts';
import { type Duration, formatMicros, toMicros } from './duration.ts';

/** The instant by which an operation as a whole must be done, however many calls and attempts it makes. */
export class Deadline {
  /** Monotonic microseconds of {@link clock}. */
  readonly at: number;
  readonly clock: Clock;

  constructor(at: number, clock: Clock) {
    this.at = at;
    this.clock = clock;
  }

  /**
   * The deadline that passes after `duration` from now.
   *
   * @throws HoldfastError INVALID_ARGUMENT when `duration` is none.
   */
  static after(duration: Duration, world: World = platformWorld()): Deadline {
    return new Deadline(world.clock.now() + toMicros(duration), world.clock);
  }

  /** The one that passes first. `undefined` stands for no deadline. */
  static earliest(a: Deadline, b: Deadline | undefined): Deadline;
  static earliest(a: Deadline | undefined, b: Deadline): Deadline;
  static earliest(a: Deadline | undefined, b: Deadline | undefined): Deadline | undefined;
  static earliest(a: Deadline | undefined, b: Deadline | undefined): Deadline | undefined {
    if (a === undefined || b === undefined) return a ?? b;
    const sooner = a.clock === b.clock ? a.at <= b.at : a.remaining() <= b.remaining();
    return sooner ? a : b;
  }

  /** Microseconds left, 0 when it has passed. */
  remaining(): number {
    return Math.max(0, this.at - this.clock.now());
  }

  get expired(): boolean {
    return this.clock.now() >= this.at;
  }

  /** @throws HoldfastError DEADLINE_EXCEEDED when it has passed. */
  throwIfExpired(operation: string): void {
    const late = this.clock.now() - this.at;
    if (late < 0) return;
    throw coreErrors.create('DEADLINE_EXCEEDED', {
      message: `${operation} is out of time: its deadline passed ${formatMicros(late)} ago`,
      origin: { operation },
    });
  }
}
