import { Timer } from '@holdfast/core';
import type { Process } from '../../host/process.ts';

/** Tells a process of something that happened outside it: at once while it runs, once when it goes on after a pause. */
export class Doorbell extends Timer {
  readonly #process: Process;
  readonly #answer: () => void;
  #waiting = false;

  constructor(process: Process, answer: () => void) {
    super();
    this.#process = process;
    this.#answer = answer;
  }

  ring(): void {
    if (this.#waiting) return;
    if (this.#process.admits(this)) this.#answer();
    else this.#waiting = true;
  }

  override fire(): void {
    this.#waiting = false;
    this.ring();
  }
}
