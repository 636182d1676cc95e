import { platformWorld, Timer } from '@holdfast/core';

export interface AnswerWithinOptions<Answer> {
  /** What is said when there is none in time. Default that the server gave none. */
  readonly message?: string;
  /** Is handed what comes later. */
  readonly late?: (answer: Answer) => void;
}

/** The answer of a server's driver, if it comes within so many microseconds. */
export function answerWithin<Answer>(
  micros: number,
  answer: Promise<Answer>,
  { message = 'the server gave no answer in time', late }: AnswerWithinOptions<Answer> = {},
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
