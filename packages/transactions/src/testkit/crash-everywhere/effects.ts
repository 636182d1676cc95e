import { coreErrors } from '@holdfast/core';
import type { Around } from '../../saga/build-saga.ts';
import { terminal } from '../../saga/failure.ts';
import type { CrashPoints } from './crash-points.ts';
import type { Fault } from './fault.ts';

/** One call of a step or a compensation. */
export interface Effect {
  readonly step: string;
  /** Whether it was the compensation. */
  readonly undo: boolean;
  readonly key: string;
  /** Of the process, counted from 1. */
  readonly life: number;
  /** Its place among the beginnings and ends of all calls. */
  readonly began: number;
  /** Undefined when it never ended, for a crash. */
  ended: number | undefined;
  /** Whether the function itself was called and returned. */
  happened: boolean;
  /** Whether the saga was told so. */
  succeeded: boolean;
}

/** All calls of one run, as they come, and what goes wrong in them. */
export class Effects {
  readonly all: Effect[] = [];
  points!: CrashPoints;
  life = 0;
  #faults: readonly Fault[];
  #moments = 0;

  constructor(faults: readonly Fault[]) {
    this.#faults = faults;
  }

  /** Nothing goes wrong any more. */
  heal(): void {
    this.#faults = [];
  }

  readonly around: Around = (place, undo, context, call) => {
    const { points } = this;
    const what = `${undo ? 'the compensation of' : 'step'} '${place.name}'`;
    return points.around(what, async () => {
      const effect: Effect = {
        step: place.name,
        undo,
        key: context.key,
        life: this.life,
        began: ++this.#moments,
        ended: undefined,
        happened: false,
        succeeded: false,
      };
      this.all.push(effect);
      try {
        const fault = this.#faultAt(place.name, undo);
        if (fault?.kind === 'terminal') throw terminal(`${what} refuses, for the test`);
        if (fault?.kind === 'transient') throw unavailable(what, 'no');
        const value = await call();
        effect.happened = true;
        if (fault?.kind === 'lost') throw unavailable(what, 'maybe');
        effect.succeeded = true;
        return value;
      } finally {
        effect.ended = ++this.#moments;
      }
    });
  };

  #faultAt(step: string, undo: boolean): Fault | undefined {
    const calls = this.all.filter((effect) => effect.step === step && effect.undo === undo).length;
    return this.#faults.find(
      (fault) => fault.step === step && fault.undo === undo && (fault.call === 0 || fault.call === calls),
    );
  }
}

function unavailable(what: string, executed: 'no' | 'maybe'): Error {
  return coreErrors.create('UNEXPECTED', {
    message: `${what} fails, for the test`,
    retryable: 'if-idempotent',
    executed,
    stack: false,
  });
}
