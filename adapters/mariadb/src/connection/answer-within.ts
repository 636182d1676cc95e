import { platformWorld, Timer } from '@holdfast/core';

/** The answer, if it comes within so many microseconds. What comes later is handed to `late`. */
export function answerWithin<Answer>(
  micros: number,
  answer: Promise<Answer>,
  late?: (answer: Answer) => void,
  message = 'MariaDB gave no answer in time',
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const overdue = new Overdue(() => reject(new Error(message)));
    const { clock, timers } = platformWorld();
    timers.arm(overdue, clock.now() + micros);
    answer.then(
      (value) => {
        if (!overdue.armed) return late?.(value);
        timers.disarm(overdue);
        resolve(value);
      },
      (error) => {
        timers.disarm(overdue);
        reject(error);
      },
    );
  });
}

class Overdue extends Timer {
  readonly #report: () => void;

  constructor(report: () => void) {
    super();
    this.#report = report;
  }

  override fire(): void {
    this.#report();
  }
}
