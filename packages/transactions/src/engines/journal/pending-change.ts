import type { NewRun } from '../../ledger/ledger-engine.ts';
import type { OwnedRun, RunChange, StoredRun } from '../../ledger/run.ts';
import type { ByteWriter } from '../byte-writer.ts';
import type { TableRun } from '../table-run.ts';
import {
  writeAppend,
  writeClaim,
  writeCreate,
  writeForget,
  writePost,
  writeRelease,
} from './change-format.ts';
import type { JournalLedger } from './journal-ledger.ts';

/** Something that is to be done once the journal has it. */
export interface PendingChange {
  /** Whether it is refused when the disk is full; else it waits until there is room. */
  readonly refusable: boolean;
  write(writer: ByteWriter): void;
  /** The journal has it. */
  apply(ledger: JournalLedger, wall: number): void;
  reject(error: Error): void;
}

/** What its caller waits for. */
abstract class AwaitedChange<Value> implements PendingChange {
  abstract readonly refusable: boolean;
  readonly promise: Promise<Value>;
  protected resolve!: (value: Value) => void;
  reject!: (error: Error) => void;

  constructor() {
    this.promise = new Promise((resolve, reject) => {
      this.resolve = resolve;
      this.reject = reject;
    });
  }

  abstract write(writer: ByteWriter): void;
  abstract apply(ledger: JournalLedger, wall: number): void;
}

export class CreateChange extends AwaitedChange<OwnedRun | StoredRun> {
  readonly refusable = true;
  readonly #run: NewRun;

  constructor(run: NewRun) {
    super();
    this.#run = run;
  }

  write(writer: ByteWriter): void {
    writeCreate(writer, this.#run);
  }

  apply(ledger: JournalLedger, wall: number): void {
    this.resolve(ledger.created(this.#run, wall));
  }
}

export class AppendChange extends AwaitedChange<void> {
  readonly refusable = false;
  readonly #run: TableRun;
  readonly #records: readonly Uint8Array[];
  readonly #change: RunChange | undefined;

  constructor(run: TableRun, records: readonly Uint8Array[], change: RunChange | undefined) {
    super();
    this.#run = run;
    this.#records = records;
    this.#change = change;
  }

  write(writer: ByteWriter): void {
    writeAppend(writer, this.#run.handle, this.#records, this.#change);
  }

  apply(ledger: JournalLedger, wall: number): void {
    ledger.appended(this.#run, this.#records, this.#change, wall);
    this.resolve();
  }
}

export class PostChange extends AwaitedChange<'posted' | 'ended'> {
  readonly refusable = true;
  readonly #run: TableRun;
  readonly #message: Uint8Array;

  constructor(run: TableRun, message: Uint8Array) {
    super();
    this.#run = run;
    this.#message = message;
    run.posting++;
    const done = (): void => {
      run.posting--;
    };
    this.promise.then(done, done);
  }

  write(writer: ByteWriter): void {
    writePost(writer, this.#run.handle, this.#message);
  }

  apply(ledger: JournalLedger): void {
    this.resolve(ledger.posted(this.#run, this.#message) ? 'posted' : 'ended');
  }
}

export class ClaimChange extends AwaitedChange<boolean> {
  readonly refusable = false;
  readonly #run: TableRun;
  readonly #key: string;

  constructor(run: TableRun, key: string) {
    super();
    this.#run = run;
    this.#key = key;
  }

  write(writer: ByteWriter): void {
    writeClaim(writer, this.#run.handle, this.#key);
  }

  apply(ledger: JournalLedger): void {
    this.resolve(ledger.table.claim(this.#run, this.#key));
  }
}

export class ReleaseChange extends AwaitedChange<void> {
  readonly refusable = false;
  readonly #run: TableRun;
  readonly #key: string;

  constructor(run: TableRun, key: string) {
    super();
    this.#run = run;
    this.#key = key;
  }

  write(writer: ByteWriter): void {
    writeRelease(writer, this.#run.handle, this.#key);
  }

  apply(ledger: JournalLedger): void {
    ledger.granted(ledger.table.release(this.#run, this.#key));
    this.resolve();
  }
}

/** A run that has ended is not kept any longer. Nobody waits for it. */
export class ForgetChange implements PendingChange {
  readonly refusable = false;
  readonly #run: TableRun;

  constructor(run: TableRun) {
    this.#run = run;
  }

  write(writer: ByteWriter): void {
    writeForget(writer, this.#run.handle);
  }

  apply(ledger: JournalLedger): void {
    ledger.table.forget(this.#run);
  }

  reject(): void {}
}
