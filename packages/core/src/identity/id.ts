import { platformWorld } from '../world/platform-world.ts';
import type { Random } from '../world/random.ts';
import type { World } from '../world/world.ts';

const pattern = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
const millisMax = 2 ** 48 - 1;
const counterEnd = 2 ** 32;
/** A counter starts in the lower half of its range, so that a millisecond holds two thousand million ids. */
const counterStartEnd = 2 ** 31;

/** Each byte as two hexadecimal digits. */
const bytes: readonly string[] = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));

const sources = new WeakMap<World, IdSource>();

/**
 * A new id: a UUID of version 7 (RFC 9562), such as `019b76da-a800-7a3c-9f21-5d1c8e0b4a67`. As texts, the ids of
 * one world ascend strictly in the order they were made, also when the wall clock steps back; between processes
 * they ascend by the wall clock's milliseconds. Unique, but no secret: do not use one as a token.
 */
export function newId(world: World = platformWorld()): string {
  let source = sources.get(world);
  if (source === undefined) {
    source = new IdSource(world);
    sources.set(world, source);
  }
  return source.next();
}

/** Whether `value` is an id as {@link newId} writes it: a UUID of version 7 in lower case. */
export function isId(value: unknown): value is string {
  return typeof value === 'string' && pattern.test(value);
}

/**
 * Orders ids within a millisecond with a counter that starts at random (RFC 9562, section 6.2, method 1): its 32
 * bits take rand_a and the first 20 bits of rand_b; the 42 bits behind it are random in each id.
 */
class IdSource {
  readonly #world: World;
  readonly #random: Random;
  #millis = -1;
  #counter = 0;
  /** The text of {@link #millis}. */
  #prefix = '';

  constructor(world: World) {
    this.#world = world;
    this.#random = world.random.fork('id');
  }

  next(): string {
    const millis = Math.min(Math.max(Math.floor(this.#world.clock.wall()), 0), millisMax);
    if (millis > this.#millis) this.#begin(millis);
    else if (++this.#counter === counterEnd) this.#begin(this.#millis + 1);
    return this.#prefix + this.#suffix(this.#counter, this.#random.uint32(), this.#random.uint32());
  }

  /** The text behind the time: version, variant and counter, then 10 bits of `more` and 32 of `random`. */
  #suffix(counter: number, more: number, random: number): string {
    return (
      bytes[0x70 | (counter >>> 28)]! +
      bytes[(counter >>> 20) & 0xff]! +
      '-' +
      bytes[0x80 | ((counter >>> 14) & 0x3f)]! +
      bytes[(counter >>> 6) & 0xff]! +
      '-' +
      bytes[((counter & 0x3f) << 2) | (more >>> 30)]! +
      bytes[(more >>> 22) & 0xff]! +
      bytes[random >>> 24]! +
      bytes[(random >>> 16) & 0xff]! +
      bytes[(random >>> 8) & 0xff]! +
      bytes[random & 0xff]!
    );
  }

  #begin(millis: number): void {
    this.#millis = millis;
    this.#counter = this.#random.below(counterStartEnd);
    const text = this.#millis.toString(16).padStart(12, '0');
    this.#prefix = `${text.slice(0, 8)}-${text.slice(8)}-`;
  }
}
