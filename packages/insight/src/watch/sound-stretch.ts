import type { TimeWindow } from '../model/span-source.ts';

/** A stretch this long, in milliseconds, tells what is usual, however much longer an older one is. */
const enoughMillis = 30_000;
/** A shorter one tells nothing. */
const leastMillis = 5_000;

/**
 * The last stretch of time in which nothing was found wrong: what is usual is learned from it. One that began only a moment
 * ago, after trouble, does not take the place of a longer one from before the trouble.
 */
export class SoundStretch {
  readonly #goodFor: number;
  /** From before the last trouble. */
  #kept: TimeWindow | undefined;
  #troubledUntil: number = Number.NEGATIVE_INFINITY;
  #isTroubled = false;

  /** @param goodFor - milliseconds after which a stretch says nothing any more */
  constructor(goodFor: number) {
    this.#goodFor = goodFor;
  }

  /**
   * The stretch to compare with what begins at `end`; everything before it, while no sound one is known.
   *
   * @param heard - when the first was heard
   */
  before(end: number, heard: number): TimeWindow {
    const oldest = Math.min(end, Math.max(heard, end - this.#goodFor));
    const kept = this.#kept !== undefined && this.#kept.to > oldest ? this.#kept : undefined;
    const all = { from: oldest, to: end };
    const since = { from: Math.max(oldest, Math.min(end, this.#troubledUntil)), to: end };
    const sound = this.#isTroubled
      ? (kept ?? all)
      : kept !== undefined && isBetter(kept, since)
        ? kept
        : since;
    return lengthOf(sound) < leastMillis ? all : sound;
  }

  /** Tells what came of a look at `current`. */
  judged(current: TimeWindow, heard: number, isSound: boolean): void {
    // What was judged may have gone wrong from its beginning on.
    if (!isSound && !this.#isTroubled) this.#kept = this.before(current.from, heard);
    if (!isSound) this.#troubledUntil = current.to;
    this.#isTroubled = !isSound;
  }
}

function isBetter(kept: TimeWindow, later: TimeWindow): boolean {
  return lengthOf(later) < Math.min(enoughMillis, lengthOf(kept));
}

function lengthOf({ from, to }: TimeWindow): number {
  return to - from;
}
