/** What is asked of others from time to time, as long as somebody wants to know. */
export class Lookout<Seen> {
  readonly #look: (now: number) => Promise<Seen>;
  readonly #restMillis: number;
  #seen: Seen;
  #rested = 0;
  #looking: Promise<void> | undefined;

  /**
   * @param look - asks anew; one that fails leaves what was seen before.
   * @param before - what is told before the first look.
   * @param restMillis - milliseconds from the end of a look to the beginning of the next, at least.
   */
  constructor(look: (now: number) => Promise<Seen>, before: Seen, restMillis: number) {
    this.#look = look;
    this.#seen = before;
    this.#restMillis = restMillis;
  }

  /** What was seen at the last look, which was not long ago if somebody asks all the time. Waits for nobody. */
  lately(now: number): Seen {
    if (this.#looking === undefined && now >= this.#rested) {
      this.#looking = this.#look(now)
        .then(
          (seen) => {
            this.#seen = seen;
          },
          () => {},
        )
        .finally(() => {
          this.#looking = undefined;
          this.#rested = now + this.#restMillis;
        });
    }
    return this.#seen;
  }
}
