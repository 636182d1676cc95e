import { type Disk, ManualWorld } from '@holdfast/core';
import { type Choice, Choices, type DiskConditions, DiskModel, type Process } from '@holdfast/simulation';

export interface DiskUnderTestOptions {
  readonly seed?: number;
  readonly only?: readonly Choice[] | undefined;
  readonly conditions?: DiskConditions;
  readonly sectorBytes?: 512 | 4_096;
}

/** A simulated disk, the process that has mounted it, and their time. */
export class DiskUnderTest {
  readonly world = new ManualWorld();
  readonly model: DiskModel;
  disk!: Disk;
  #process: { alive: boolean } = { alive: false };

  constructor({ seed = 1, only, conditions, sectorBytes = 512 }: DiskUnderTestOptions = {}) {
    const { clock, timers } = this.world;
    const choices = new Choices(seed, { only });
    const tracer = { enabled: false, record: () => {} };
    this.model = new DiskModel({ host: 'a', clock, timers, choices, tracer, sectorBytes });
    if (conditions) this.model.setConditions(conditions);
    this.start();
  }

  /** The process dies, and another one starts. What the dead one waits for never comes. */
  restart(): void {
    this.kill();
    this.start();
  }

  kill(): void {
    this.#process.alive = false;
    this.model.crash();
  }

  start(): void {
    const process = { host: 'a', incarnation: 1, alive: true, admits: (): boolean => process.alive };
    this.#process = process;
    this.disk = this.model.mount(process satisfies Process).disk;
  }

  /** Lets time pass until `promise` is settled. */
  async settled<Value>(promise: Promise<Value>): Promise<Value> {
    let over = false;
    const end = (): void => {
      over = true;
    };
    promise.then(end, end);
    while (!over) await this.world.advance('1ms');
    return promise;
  }
}
