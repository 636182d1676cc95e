import { type Disk, type DiskFile, ManualWorld, type OpenOptions } from '@holdfast/core';
import { Choices, type DiskConditions, DiskModel, type Process } from '@holdfast/simulation';

const never: Promise<never> = new Promise(() => {});

/** A simulated disk, in whose time processes live one after the other; each may end at a change of the disk. */
export class MortalDisk {
  readonly world: ManualWorld = new ManualWorld();
  /** Changes of the disk that the process has begun. */
  changes = 0;
  readonly #model: DiskModel;
  #life = 0;
  #process: { alive: boolean } = { alive: false };

  constructor(seed: number, conditions: DiskConditions = { latency: { min: '1us', max: '3us' } }) {
    const { clock, timers } = this.world;
    const tracer = { enabled: false, record: () => {} };
    this.#model = new DiskModel({ host: 'a', clock, timers, choices: new Choices(seed), tracer });
    this.#model.setConditions(conditions);
  }

  /**
   * A new process, which ends at its `lastChange`-th change of the disk, as if it were killed. Whether `work` came to its
   * end before.
   */
  async live(lastChange: number, work: (disk: Disk) => Promise<void>): Promise<boolean> {
    this.changes = 0;
    const disk = this.start();
    const process = this.#process;
    let die = (): void => {};
    const death = new Promise<boolean>((resolve) => {
      die = () => resolve(false);
    });
    const change = (begin: () => Promise<void>): Promise<void> => {
      if (!process.alive) return never;
      const ends = ++this.changes >= lastChange;
      const begun = begin();
      if (!ends) return begun;
      process.alive = false;
      this.#model.crash();
      die();
      return never;
    };
    return this.settled(Promise.race([work(counted(disk, change)).then(() => true), death]));
  }

  /** The process that there was is killed, and another one is started: the disk as that has it. */
  start(): Disk {
    this.#process.alive = false;
    this.#model.crash();
    const incarnation = ++this.#life;
    const process = { host: 'a', incarnation, alive: true, admits: (): boolean => process.alive };
    this.#process = process;
    return this.#model.mount(process satisfies Process).disk;
  }

  /** There is no room from here on; the function makes some again. */
  fill(): () => void {
    return this.#model.fill();
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

/** `disk`, with `change` told of each change, a durable write being two. */
function counted(disk: Disk, change: (begin: () => Promise<void>) => Promise<void>): Disk {
  return {
    async open(path: string, { create = false, durableWrites = false }: OpenOptions = {}): Promise<DiskFile> {
      let file: DiskFile | undefined;
      const begin = async (): Promise<void> => {
        file = await disk.open(path, { create });
      };
      await (create ? change(begin) : begin());
      const { size, read, write, truncate, sync, close } = bound(file!);
      return {
        size,
        read,
        write: async (position, bytes) => {
          await change(() => write(position, bytes));
          if (durableWrites) await change(sync);
        },
        truncate: (length) => change(() => truncate(length)),
        sync: () => change(sync),
        close,
      };
    },
    list: (directory) => disk.list(directory),
    makeDirectory: (directory) => change(() => disk.makeDirectory(directory)),
    rename: (from, to) => change(() => disk.rename(from, to)),
    remove: (path) => change(() => disk.remove(path)),
    syncDirectory: (directory) => change(() => disk.syncDirectory(directory)),
  };
}

function bound(file: DiskFile): DiskFile {
  return {
    size: () => file.size(),
    read: (position, length) => file.read(position, length),
    write: (position, bytes) => file.write(position, bytes),
    truncate: (size) => file.truncate(size),
    sync: () => file.sync(),
    close: () => file.close(),
  };
}
