/** Keeps a plan from taking more than so many hosts away at the same time. Times are milliseconds. */
export class DownBudget {
  readonly #max: number;
  readonly #taken: { readonly from: number; readonly to: number; readonly hosts: number }[] = [];

  constructor(max: number) {
    this.#max = max;
  }

  /** Takes `hosts` away from `from` to `to`, if that leaves enough. */
  take(from: number, to: number, hosts: number): boolean {
    // What overlaps is most at the beginning of one of the spans.
    const moments = [from, ...this.#taken.map((span) => span.from).filter((at) => at > from && at < to)];
    if (moments.some((at) => this.#at(at) + hosts > this.#max)) return false;
    this.#taken.push({ from, to, hosts });
    return true;
  }

  #at(moment: number): number {
    let hosts = 0;
    for (const span of this.#taken) if (span.from <= moment && moment < span.to) hosts += span.hosts;
    return hosts;
  }
}
