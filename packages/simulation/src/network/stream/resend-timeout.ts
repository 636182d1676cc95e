const first = 1_000_000;
const least = 200_000;
const most = 5_000_000;

/**
 * How long to wait for an acknowledgement before sending again, in microseconds (RFC 6298, in integers): the smoothed
 * round trip and four times its variation, at least 200 ms as on Linux, 1 s before the first round trip is known. It
 * doubles with each wait in vain, up to 5 s.
 */
export class ResendTimeout {
  /** The smoothed round trip times 8, and its variation times 4; 0 while unknown. */
  #smoothed = 0;
  #variation = 0;
  #backoff = 1;

  get current(): number {
    const base = this.#smoothed === 0 ? first : (this.#smoothed >> 3) + this.#variation;
    return Math.min(most, Math.max(least, base) * this.#backoff);
  }

  /** A round trip took so long. */
  sample(roundTrip: number): void {
    const measured = Math.min(Math.max(1, roundTrip), most);
    if (this.#smoothed === 0) {
      this.#smoothed = measured << 3;
      this.#variation = measured << 1;
    } else {
      const error = measured - (this.#smoothed >> 3);
      this.#smoothed += error;
      this.#variation += Math.abs(error) - (this.#variation >> 2);
    }
  }

  /** A wait was in vain. */
  doubled(): void {
    if (this.#backoff < 64) this.#backoff *= 2;
  }

  /** An answer came. */
  answered(): void {
    this.#backoff = 1;
  }
}
