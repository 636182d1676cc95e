import type { Clock, Disk, Timers } from '@holdfast/core';
import type { Choices } from '../choices/choices.ts';
import type { Process } from '../host/process.ts';
import type { Tracer } from '../trace/trace-event.ts';
import type { CallbackDisk } from './callback-disk.ts';
import type { SimulatedDisk } from './simulated-disk.ts';
export class DiskModel implements SimulatedDisk {
  constructor(_o: { host: string; clock: Clock; timers: Timers; choices: Choices; tracer: Tracer }) {}
  mount(_p: Process): { disk: Disk; callbackDisk: CallbackDisk } {
    return {} as never;
  }
  crash(): void {}
  setConditions(): void {}
  trouble(): () => void {
    return () => {};
  }
  fill(): () => void {
    return () => {};
  }
  wipe(): void {}
}
