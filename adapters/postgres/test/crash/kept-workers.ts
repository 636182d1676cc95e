import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/** Processes that are started anew whenever they end, until they are disposed of. */
export class KeptWorkers {
  /** The ids of the runs that they have said to be accepted. */
  readonly accepted: Set<string> = new Set();
  readonly #file: string;
  readonly #setup: unknown;
  readonly #children: ChildProcess[] = [];
  #over = false;

  /** @param setup - the first message to each. */
  constructor(file: string, setup: unknown) {
    this.#file = fileURLToPath(new URL(file, import.meta.url));
    this.#setup = setup;
  }

  /** Resolves once all of them serve. */
  async start(count: number): Promise<void> {
    for (let place = 0; place < count; place++) this.#keep(place);
    await Promise.all(this.#children.map((child) => once(child, 'message')));
  }

  /** Sent to none if the one of that place is just being started. */
  send(place: number, order: object): void {
    const child = this.#children[place]!;
    if (child.connected) child.send(order, () => {});
  }

  async kill(place: number): Promise<void> {
    const child = this.#children[place]!;
    if (child.exitCode !== null || child.signalCode !== null) return;
    const exited = once(child, 'exit');
    child.kill('SIGKILL');
    await exited;
  }

  async dispose(): Promise<void> {
    this.#over = true;
    await Promise.all(this.#children.map((_, place) => this.kill(place)));
  }

  #keep(place: number): void {
    const child = fork(this.#file, { execArgv: ['--import', 'tsx', '--conditions', '@holdfast/source'] });
    this.#children[place] = child;
    child.on('message', (said: string) => {
      if (said !== 'ready') this.accepted.add(said);
    });
    child.on('error', () => {});
    child.once('exit', () => {
      if (!this.#over) this.#keep(place);
    });
    child.send(this.#setup as object);
  }
}
