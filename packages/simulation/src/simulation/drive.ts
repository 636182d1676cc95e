import process from 'node:process';
import { captureUncaught, type UncaughtHandler } from './uncaught.ts';

// Taken once, so that fake timers cannot stop a run, this simulation's own included.
const { setImmediate } = globalThis;

/** Does the next event. `false` when there is none; throws what ends the run. */
export type Step = () => boolean;

/**
 * Calls `step` again and again; between two calls every promise goes on until none can, however long the chain.
 * Resolves when a step returns false, rejects with what one throws. Meanwhile `uncaught` hears of what code that runs
 * between the steps did not catch, and nobody else does.
 */
export type Drive = (step: Step, uncaught: UncaughtHandler) => Promise<void>;

/** The portable way: a macrotask for each event. It defines what any other way has to do. */
export const driveByMacrotasks: Drive = (step, uncaught) =>
  undisturbed(step, uncaught, (step, resolve, reject) => {
    const turn = () => {
      try {
        if (step()) setImmediate(turn);
        else resolve();
      } catch (error) {
        reject(error);
      }
    };
    setImmediate(turn);
  });

/** How many events happen before the rest of the process gets a turn. */
const eventsPerTurn = 256;

/**
 * The fast way: Node's own routine for the end of a macrotask, called after each event. It is not public: whoever uses
 * it has first seen that it does the same as {@link driveByMacrotasks}.
 */
export const driveByTicks: Drive = (step, uncaught) =>
  undisturbed(step, uncaught, (step, resolve, reject) => {
    const turn = () => {
      for (let event = 0; event < eventsPerTurn; event++) {
        try {
          if (!step()) return resolve();
        } catch (error) {
          return reject(error);
        }
        finishMacrotask(turn);
      }
      setImmediate(turn);
    };
    setImmediate(turn);
  });

const platform = process as unknown as { _tickCallback?: () => void };

/** Whether this platform has what {@link driveByTicks} needs. */
export function canFinishMacrotasks(): boolean {
  return typeof platform._tickCallback === 'function';
}

/**
 * Runs ticks, microtasks and the handlers of unhandled rejections until there are none left. A tick that throws has to
 * throw through the whole macrotask, where the platform mends its books; `turn` is then called in another one.
 */
function finishMacrotask(turn: () => void): void {
  try {
    platform._tickCallback!();
  } catch (error) {
    setImmediate(turn);
    throw error;
  }
}

/**
 * Runs `body` with a step that does nothing the first time after something was not caught: a tick that throws leaves the
 * others to the end of the next macrotask.
 */
async function undisturbed(
  step: Step,
  uncaught: UncaughtHandler,
  body: (step: Step, resolve: () => void, reject: (error: unknown) => void) => void,
): Promise<void> {
  let disturbed = false;
  const release = captureUncaught((error, how) => {
    disturbed = true;
    uncaught(error, how);
  });
  const next = () => {
    if (!disturbed) return step();
    disturbed = false;
    return true;
  };
  try {
    await new Promise<void>((resolve, reject) => body(next, resolve, reject));
  } finally {
    release();
  }
}
