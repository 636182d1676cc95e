import type { SimulatedHost } from '../simulation/simulation.ts';

/** How much faster or slower a host's time may go, in parts per million. */
const driftMax = 500_000;

/**
 * What the faults in force do to one host together: it is up again when the last crash is over, goes on when the last
 * pause is, and lags and drifts add up. A pause is one of the process: a process started meanwhile is not paused.
 */
export class HostHolds {
  readonly #host: SimulatedHost;
  #crashes = 0;
  #pauses = 0;
  #lag = 0;
  #drift = 0;

  constructor(host: SimulatedHost) {
    this.#host = host;
  }

  get down(): boolean {
    return this.#crashes > 0;
  }

  holdDown(): void {
    this.#crashes++;
    if (this.#host.state !== 'down') this.#host.crash();
  }

  letUp(): void {
    this.#crashes--;
    if (this.#crashes === 0 && this.#host.state === 'down') this.#host.start();
  }

  holdStill(): void {
    this.#pauses++;
    if (this.#host.state === 'up') this.#host.pause();
  }

  letGoOn(): void {
    this.#pauses--;
    if (this.#pauses === 0 && this.#host.state === 'paused') this.#host.resume();
  }

  addLag(micros: number): void {
    this.#lag += micros;
    this.#host.setLag(this.#lag);
  }

  addDrift(partsPerMillion: number): void {
    this.#drift += partsPerMillion;
    this.#host.drift(Math.max(-driftMax, Math.min(driftMax, this.#drift)));
  }
}
