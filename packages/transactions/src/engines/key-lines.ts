import type { Grant } from './run-table.ts';
import type { TableRun } from './table-run.ts';

/** A run's place in the line for a key. */
export interface KeyClaim {
  readonly run: TableRun;
  readonly key: string;
  /** Greater than that of every claim before it: where it stands. */
  readonly ticket: number;
}

/** Who lines up for which key. The first in a line holds the key. */
export class KeyLines {
  nextTicket = 1;
  readonly #lines = new Map<string, KeyClaim[]>();

  /** Whether `run` holds the key now; it stands in its line. */
  claim(run: TableRun, key: string): boolean {
    const known = run.claims?.find((claim) => claim.key === key);
    if (known !== undefined) return this.holds(known);
    const claim = { run, key, ticket: this.nextTicket++ };
    this.add(claim);
    return this.holds(claim);
  }

  /** Puts in a claim whose ticket is greater than those in its line. */
  add(claim: KeyClaim): void {
    const { run, key } = claim;
    run.claims ??= [];
    run.claims.push(claim);
    const line = this.#lines.get(key);
    if (line === undefined) this.#lines.set(key, [claim]);
    else line.push(claim);
  }

  holds(claim: KeyClaim): boolean {
    return this.#lines.get(claim.key)?.[0] === claim;
  }

  /** Who holds the key now that `run` has given it up. */
  release(run: TableRun, key: string): readonly Grant[] {
    const index = run.claims?.findIndex((claim) => claim.key === key) ?? -1;
    if (index === -1) return [];
    const [claim] = run.claims!.splice(index, 1);
    if (run.claims!.length === 0) run.claims = undefined;
    return this.#remove(claim!);
  }

  /** The same of all keys of `run`. */
  leave(run: TableRun): readonly Grant[] {
    const { claims } = run;
    if (claims === undefined) return [];
    run.claims = undefined;
    return claims.flatMap((claim) => this.#remove(claim));
  }

  #remove(claim: KeyClaim): readonly Grant[] {
    const { key } = claim;
    const line = this.#lines.get(key)!;
    const index = line.indexOf(claim);
    line.splice(index, 1);
    if (line.length === 0) this.#lines.delete(key);
    const [first] = line;
    return index === 0 && first !== undefined ? [{ run: first.run, key }] : [];
  }
}
