import { decodeEvent } from '../../saga/records/record.ts';

/**
 * The moments at which a process may end: before and after each record and each effect, counted from 1 in the order in
 * which they come. At the one that is asked for it ends, and whoever waits there waits for ever.
 */
export class CrashPoints {
  /** What the moments passed so far were. */
  readonly passed: string[] = [];
  readonly #at: number;
  readonly #names: readonly string[];
  readonly #crash: () => void;

  /**
   * @param at - 0 for never.
   * @param names - of the saga's steps, by number.
   */
  constructor(at: number, names: readonly string[], crash: () => void) {
    this.#at = at;
    this.#names = names;
    this.#crash = crash;
  }

  get crashed(): boolean {
    return this.#at > 0 && this.passed.length >= this.#at;
  }

  async around<Value>(what: string, work: () => Value | Promise<Value>): Promise<Value> {
    await this.#pass(`before ${what}`);
    const value = await work();
    await this.#pass(`after ${what}`);
    return value;
  }

  /** What records say, in a few words. */
  describe(records: readonly Uint8Array[]): string {
    if (records.length === 0) return 'a status';
    return records
      .map((record) => {
        const { kind, place } = decodeEvent(record);
        const name = this.#names[place];
        return name === undefined ? `'${kind}'` : `'${kind}' of '${name}'`;
      })
      .join(' and ');
  }

  #pass(what: string): Promise<void> | void {
    if (this.crashed) return forever;
    this.passed.push(what);
    if (!this.crashed) return;
    this.#crash();
    return forever;
  }
}

const forever: Promise<never> = new Promise(() => {});
