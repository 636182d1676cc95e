import { ManualWorld } from '@holdfast/core';
import {
  type CallbackDisk,
  type Choice,
  Choices,
  type DiskConditions,
  type DiskDone,
  DiskModel,
  type Process,
} from '@holdfast/simulation';
import { RecordLog } from '../../src/testkit/storage/record-log.ts';
import type { FoundRecords } from '../../src/testkit/storage/recover-records.ts';

export interface LogUnderTestOptions {
  readonly seed?: number;
  readonly only?: readonly Choice[];
  readonly conditions?: DiskConditions;
}

/** A log on a simulated disk, and a transcript of what was done with it. Records are words. */
export class LogUnderTest {
  readonly world = new ManualWorld();
  readonly model: DiskModel;
  readonly transcript: string[] = [];
  /** Disk operations that have ended. */
  operations = 0;
  disk!: CallbackDisk;
  log!: RecordLog;
  #process!: { -readonly [Key in keyof Process]: Process[Key] };

  constructor({ seed = 1, only, conditions = {} }: LogUnderTestOptions = {}) {
    const { clock, timers } = this.world;
    const count = (): void => {
      this.operations++;
    };
    this.model = new DiskModel({
      host: 'a',
      clock,
      timers,
      choices: new Choices(seed, { only }),
      tracer: { enabled: true, record: count },
    });
    this.model.setConditions(conditions);
    this.#start();
  }

  create(identity: string, words: string): void {
    this.#line(`create ${identity} [${words}]`, (done) => this.log.create(identity, records(words), done));
  }

  append(words: string): void {
    this.#line(`append ${words}`, (done) => this.log.append(records(words), done));
  }

  replace(words: string): void {
    this.#line(`replace by ${words}`, (done) => this.log.replace(records(words), done));
  }

  /** The process dies where it stands. */
  crash(): void {
    this.transcript.push('crash');
    this.stop();
    this.#start();
  }

  stop(): void {
    this.#process.alive = false;
    this.model.crash();
  }

  wipe(): void {
    this.transcript.push('the disk is lost');
    this.stop();
    this.model.wipe();
    this.#start();
  }

  recover(): FoundRecords {
    let found: FoundRecords | undefined;
    this.log.recover((result) => {
      found = result;
    });
    this.world.advanceSync('1s');
    if (found === undefined) throw new Error('recovery hangs');
    this.transcript.push(`recover: ${describe(found)}`);
    return found;
  }

  note(line: string): void {
    this.transcript.push(line);
  }

  /** Does it, and says how it ended within a second; it may end later. */
  #line(what: string, begin: (done: DiskDone) => void): void {
    let outcome = 'waits';
    let told = false;
    begin((error) => {
      outcome = error === undefined ? 'ok' : error.code;
      if (told) this.transcript.push(`${what}: ${outcome}, at last`);
    });
    this.world.advanceSync('1s');
    this.transcript.push(`${what}: ${outcome}`);
    told = true;
  }

  #start(): void {
    this.#process = { host: 'a', incarnation: 1, alive: true, admits: () => this.#process.alive };
    const process = this.#process;
    process.admits = () => process.alive;
    this.disk = this.model.mount(process).callbackDisk;
    this.log = new RecordLog({ disk: this.disk, onFull: () => this.note('the log is read-only') });
  }
}

function records(words: string): Uint8Array[] {
  return words.split(' ').map((word) => new TextEncoder().encode(word));
}

export function wordsOf(found: FoundRecords): string | undefined {
  if (found.found !== 'records') return undefined;
  return found.records.map((record) => new TextDecoder().decode(record)).join(' ');
}

function describe(found: FoundRecords): string {
  if (found.found === 'nothing') return 'nothing';
  if (found.found === 'records') return `${found.superblock.identity} [${wordsOf(found)}]`;
  return `${found.error.code}: ${found.error.message}`;
}
