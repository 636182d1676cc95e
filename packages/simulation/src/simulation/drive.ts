import process from 'node:process';

// Taken once, so that fake timers cannot stop a run, this simulation's own included.
const { setImmediate } = globalThis;

/** Does the next event. `false` when there is none; throws what ends the run. */
export type Step = () => boolean;

/**
 * Calls `step` again and again; between two calls every promise goes on until none can, however long the chain.
 * Resolves when a step returns false, rejects with what one throws.
 */
export type Drive = (step: Step, uncaught: (error: unknown) => void) => Promise<void>;

/** The portable way: a macrotask for each event. It defines what any other way has to do. */
export const driveByMacrotasks: Drive = (step) =>
  new Promise((resolve, reject) => {
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
const eventsPerTurn = 1_024;

/**
 * The fast way: Node's own routine for the end of a macrotask, called after each event. It is not public: whoever uses
 * it has first seen that it does the same as {@link driveByMacrotasks}.
 */
export const driveByTicks: Drive = (step, uncaught) =>
  new Promise((resolve, reject) => {
    const turn = () => {
      try {
        for (let event = 0; event < eventsPerTurn; event++) {
          if (!step()) return resolve();
          finishMacrotask(uncaught);
        }
        setImmediate(turn);
      } catch (error) {
        reject(error);
      }
    };
    setImmediate(turn);
  });

const platform = process as unknown as { _tickCallback?: () => void };

/** Whether this platform has what {@link driveByTicks} needs. */
export function canFinishMacrotasks(): boolean {
  return typeof platform._tickCallback === 'function';
}

/** Runs ticks, microtasks and the handlers of unhandled rejections until there are none left. */
function finishMacrotask(uncaught: (error: unknown) => void): void {
  for (;;) {
    try {
      platform._tickCallback!();
      return;
    } catch (error) {
      uncaught(error); // A callback of process.nextTick threw; the others still wait.
    }
  }
}
