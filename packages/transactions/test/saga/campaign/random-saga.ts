import type { Random } from '@holdfast/core';
import { constant } from '@holdfast/resilience';
import { type Saga, saga } from '../../../src/index.ts';
import type { Services } from './services.ts';

/** A saga of any shape: what its steps are called, and the saga itself. */
export interface RandomSaga {
  readonly saga: Saga<Input, unknown, unknown>;
  readonly waits: readonly string[];
  /** Whether its pivot is never stuck: whoever cancels one that is says that it has not happened, and must know. */
  readonly cancellable: boolean;
}

export interface Input {
  /** Steps that refuse. */
  readonly refusing: readonly string[];
}

// biome-ignore lint/suspicious/noExplicitAny: a saga that is drawn has no types
type Untyped = any;

/**
 * Draws a saga whose steps call `services`.
 *
 * @param small - whether it is a step or two and a pivot, in a hurry: where a crash and a failure meet most often.
 */
export function randomSaga(name: string, random: Random, services: Services, small: boolean): RandomSaga {
  const drawing = new Drawing(random, services);
  const cancellable = random.below(2) === 0;
  const deadlines = small ? 3 : 20;
  let drawn: Untyped = saga<Input>(name, {
    version: 1,
    ...(random.below(small ? 2 : 4) === 0 && { deadline: `${1 + random.below(deadlines)}s` }),
  });
  for (let left = 1 + random.below(small ? 2 : 4); left > 0; left--) {
    drawn = small ? drawn.step(drawing.name('step'), drawing.action(true)) : drawing.before(drawn, '', 0);
  }
  if (random.below(3) > 0) {
    const retry = { maxAttempts: cancellable ? 1_000 : 1 + random.below(2), backoff: constant('1s') };
    drawn = drawn.pivot(drawing.name('pivot'), { ...drawing.action(false), retry });
    for (let left = random.below(3); left > 0; left--) drawn = drawing.after(drawn, 0);
  }
  return { saga: drawn, waits: drawing.waits, cancellable };
}

class Drawing {
  readonly waits: string[] = [];
  readonly #random: Random;
  readonly #services: Services;
  #names = 0;

  constructor(random: Random, services: Services) {
    this.#random = random;
    this.#services = services;
  }

  name(kind: string): string {
    return `${kind}${++this.#names}`;
  }

  before(drawn: Untyped, prefix: string, depth: number): Untyped {
    const random = this.#random;
    const kind = random.below(depth > 1 ? 8 : 10);
    if (kind === 0) return drawn.sleep(this.name('sleep'), `${1 + random.below(8)}s`);
    if (kind === 1) return this.#wait(drawn, prefix);
    if (kind < 8) {
      const name = this.name('step');
      return drawn.step(name, this.action(true));
    }
    const name = this.name('all');
    return drawn.all(name, (all: Untyped) => {
      let branches = all;
      for (let left = 2 + random.below(2); left > 0; left--) {
        const branch = this.name('branch');
        if (random.below(2) === 0) {
          branches = branches.step(branch, this.action(true));
          continue;
        }
        branches = branches.branch(branch, (inner: Untyped) => {
          let steps = this.before(inner, `${prefix}${name}.${branch}.`, depth + 1);
          for (let more = random.below(2); more > 0; more--) {
            steps = this.before(steps, `${prefix}${name}.${branch}.`, depth + 1);
          }
          return steps;
        });
      }
      return branches;
    });
  }

  after(drawn: Untyped, depth: number): Untyped {
    const kind = this.#random.below(depth > 0 ? 5 : 6);
    if (kind === 0) return drawn.sleep(this.name('sleep'), '2s');
    if (kind < 5) return drawn.ensure(this.name('ensure'), this.action(false));
    return drawn.all(this.name('all'), (all: Untyped) =>
      all
        .ensure(this.name('ensure'), this.action(false))
        .branch(this.name('branch'), (inner: Untyped) => this.after(inner, depth + 1)),
    );
  }

  action(undoable: boolean): object {
    const random = this.#random;
    const services = this.#services;
    const keys = ['left', 'right'].slice(random.below(2));
    const locks = undoable && random.below(5) === 0 ? { lock: () => keys, lockTimeout: '5s' } : {};
    const retry = { maxAttempts: 2 + random.below(4), backoff: constant(`${1 + random.below(3)}s`) };
    return {
      do: (c: Untyped) => services.do(c),
      ...(undoable && { undo: (c: Untyped, result: unknown) => services.undo(c, result), undoRetry: retry }),
      ...(random.below(3) > 0 && { timeout: `${1 + random.below(2)}s` }),
      ...(undoable && random.below(5) === 0 && { deadline: '4s' }),
      ...(random.below(3) > 0 && { retry }),
      ...locks,
    };
  }

  #wait(drawn: Untyped, prefix: string): Untyped {
    const name = this.name('wait');
    this.waits.push(prefix + name);
    return drawn.wait(name, { timeout: `${5 + this.#random.below(20)}s` });
  }
}
