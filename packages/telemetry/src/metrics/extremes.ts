/** The least and the greatest of some values. */
export class Extremes {
  min: number = Number.POSITIVE_INFINITY;
  max: number = Number.NEGATIVE_INFINITY;

  add(value: number): void {
    if (value < this.min) this.min = value;
    if (value > this.max) this.max = value;
  }

  merge({ max, min }: Extremes): void {
    if (min < this.min) this.min = min;
    if (max > this.max) this.max = max;
  }

  /** What there is, which is forgotten then. */
  take(): Extremes {
    const taken = new Extremes();
    taken.merge(this);
    this.min = Number.POSITIVE_INFINITY;
    this.max = Number.NEGATIVE_INFINITY;
    return taken;
  }
}
