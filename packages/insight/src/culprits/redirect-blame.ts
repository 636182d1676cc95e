import { type Docket, type Filed, isOfTime } from './docket.ts';

/** What stands against somebody, by trace: microseconds over the usual, and failures. */
interface Weights {
  time: number;
  failures: number;
}

/**
 * Passes blame on to those at whom other exhibits point. Who calls nobody any more because a breaker is open fails by
 * itself as it seems, and a process that stands still seems to wait for whomever it had called.
 */
export function redirectBlame(current: Docket, baseline: Docket): Filed[] {
  const trouble = new Trouble(current, baseline);
  return current.filed.map((filed) => {
    const accused = trouble.whoElse(filed);
    if (accused === undefined) return filed;
    return { ...filed, accused, operation: undefined, instance: undefined };
  });
}

/** How much more stands against whom than usual, a trace. */
class Trouble {
  readonly #more: Map<string, number> = new Map();
  readonly #unit: Weights;

  constructor(current: Docket, baseline: Docket) {
    this.#unit = { time: Math.max(1, baseline.meanTime), failures: 1 };
    this.#count(current.filed, 1 / Math.max(1, current.traces));
    this.#count(baseline.filed, -1 / Math.max(1, baseline.traces));
  }

  whoElse(filed: Filed): string | undefined {
    if (filed.charge === 'own-failure') return this.#missed(filed);
    const { caller, accused } = filed;
    if (caller === undefined) return undefined;
    // Seen only by one caller, who is in greater trouble by all that others see: it is the caller's.
    const ofCaller = this.#of(own(caller)) + this.#of(seenBy(caller));
    const ofAccused = this.#of(own(accused)) + this.#of(seenBy(accused)) - this.#of(between(caller, accused));
    const said = this.#of(between(caller, accused));
    return ofCaller > 2 * Math.max(0, ofAccused) && ofCaller > said / 3 ? caller : undefined;
  }

  /** Of those whom a failing request usually calls, and has not, the one that is in trouble. */
  #missed({ missing, accused }: Filed): string | undefined {
    let most = 0.005;
    let found: string | undefined;
    for (const callee of missing) {
      const trouble = this.#of(own(callee)) + this.#of(seenBy(callee));
      if (callee !== accused && trouble > most) [found, most] = [callee, trouble];
    }
    return found;
  }

  #count(filed: readonly Filed[], factor: number): void {
    for (const exhibit of filed) {
      const { accused, caller, charge, weight, missing } = exhibit;
      const unit = isOfTime(charge) ? this.#unit.time : this.#unit.failures;
      const more = (weight / unit) * factor;
      if (caller !== undefined) {
        this.#add(seenBy(accused), more);
        this.#add(between(caller, accused), more);
      } else if (missing.length === 0) {
        this.#add(own(accused), more);
      }
    }
  }

  #add(key: string, more: number): void {
    this.#more.set(key, this.#of(key) + more);
  }

  #of(key: string): number {
    return this.#more.get(key) ?? 0;
  }
}

/** What its own spans show. */
function own(service: string): string {
  return `own\n${service}`;
}

/** What its callers see. */
function seenBy(service: string): string {
  return `seen\n${service}`;
}

function between(caller: string, callee: string): string {
  return `${caller}\n${callee}`;
}
