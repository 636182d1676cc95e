import { coreErrors, type Random, sleep, type World } from '@holdfast/core';
import { type StepContext, terminal, type UndoContext } from '../../../src/index.ts';
import type { Input } from './random-saga.ts';

/** What a service knows of one effect. */
export interface EffectState {
  readonly run: string;
  readonly step: string;
  state: 'done' | 'undone';
  /** What it answered; undefined when it was undone before it was ever done. */
  readonly value: number | undefined;
  /** Its places in the order in which effects happened. */
  readonly doneAt: number;
  undoneAt: number;
}

/**
 * The services that sagas call, over a network that delays and loses. They keep the rules that users are told: an effect
 * happens once per key, and what has been undone, or is undone before it came, never happens any more. Each effect moves
 * a coin from the bank to an account of its step.
 */
export class Services {
  readonly effects: Map<string, EffectState> = new Map();
  readonly accounts: Map<string, number> = new Map();
  readonly problems: string[] = [];
  /** How often something goes wrong, in thousand. */
  trouble = 0;
  readonly #random: Random;
  readonly #worldOf: (epoch: number) => World | undefined;
  #moments = 0;
  #coins = 0;

  /** @param worldOf - the world of the worker with that epoch. */
  constructor(random: Random, worldOf: (epoch: number) => World | undefined) {
    this.#random = random;
    this.#worldOf = worldOf;
  }

  async do(context: StepContext<Input>): Promise<number> {
    const { key, id, epoch } = context;
    const step = key.slice(id.length + 1);
    await this.#travel(epoch);
    if (this.#goesWrong()) throw unavailable('no');
    if (context.input.refusing.includes(step)) throw terminal(`${step} refuses`);
    const known = this.effects.get(key);
    if (known?.state === 'undone') throw terminal(`${step} has been undone`);
    const value = known?.value ?? ++this.#coins;
    if (known === undefined) {
      const doneAt = ++this.#moments;
      this.effects.set(key, { run: id, step, state: 'done', value, doneAt, undoneAt: 0 });
      this.#move(step, 1);
    }
    await this.#reply(epoch);
    return value;
  }

  async undo(context: UndoContext<Input>, result: unknown): Promise<void> {
    const { doKey, key, id, epoch } = context;
    const step = doKey.slice(id.length + 1);
    if (key !== `${doKey}/undo`) this.problems.push(`the compensation of ${step} has the key ${key}`);
    await this.#travel(epoch);
    if (this.#goesWrong()) throw unavailable('no');
    const known = this.effects.get(doKey);
    if (result !== undefined && result !== known?.value) {
      this.problems.push(`${id}: ${step} is undone with the result ${result}, but it was ${known?.value}`);
    }
    if (known === undefined) {
      const undoneAt = ++this.#moments;
      this.effects.set(doKey, { run: id, step, state: 'undone', value: undefined, doneAt: 0, undoneAt });
    } else if (known.state === 'done') {
      known.state = 'undone';
      known.undoneAt = ++this.#moments;
      this.#move(step, -1);
    }
    await this.#reply(epoch);
  }

  /** Coins everywhere: always as many as there were. */
  get sum(): number {
    let sum = 0;
    for (const balance of this.accounts.values()) sum += balance;
    return sum;
  }

  #move(step: string, amount: number): void {
    this.accounts.set('bank', (this.accounts.get('bank') ?? 0) - amount);
    this.accounts.set(step, (this.accounts.get(step) ?? 0) + amount);
  }

  /** The way back: the answer may be late, or lost. */
  async #reply(epoch: number): Promise<void> {
    await this.#travel(epoch);
    if (this.#goesWrong()) throw unavailable('maybe');
  }

  async #travel(epoch: number): Promise<void> {
    const world = this.#worldOf(epoch)!;
    const slow = this.#goesWrong() ? 5_000 : 100;
    await sleep(1 + this.#random.below(slow), { world });
  }

  #goesWrong(): boolean {
    return this.#random.below(1_000) < this.trouble;
  }
}

function unavailable(executed: 'no' | 'maybe'): Error {
  return coreErrors.create('UNEXPECTED', {
    message: 'the service is not there',
    retryable: 'if-idempotent',
    executed,
    stack: false,
  });
}
