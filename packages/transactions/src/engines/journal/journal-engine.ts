import { invalidArgument, platformWorld, type World } from '@holdfast/core';
import type { Journal } from '@holdfast/storage';
import type {
  EngineHost,
  JoinOptions,
  LedgerEngine,
  LedgerSession,
  LedgerVisit,
} from '../../ledger/ledger-engine.ts';
import { checkMessagesMax, type MessageOptions } from '../check-messages-max.ts';
import { Retention, type RetentionOptions } from '../retention.ts';
import { JournalLedger, type JournalLedgerParts } from './journal-ledger.ts';
import { JournalSession } from './journal-session.ts';
import { JournalVisit } from './journal-visit.ts';

export interface JournalEngineOptions extends RetentionOptions, MessageOptions {
  /** Opens the journal, which is the ledger's own. It is closed when the last who has the ledger open closes it. */
  readonly open: () => Promise<Journal>;
  /** Called once it is closed: what else is to be let go of, such as its folder. */
  readonly closed?: (() => Promise<void>) | undefined;
  /** Default the platform's. */
  readonly world?: World | undefined;
  /**
   * Bytes that the records of one append may have, and those that share a record of the journal. Smaller than a segment
   * of the journal. Default 8 MiB.
   */
  readonly recordBytesMax?: number | undefined;
  /**
   * Once the journal has grown by so many bytes, and by the size of the last snapshot, another snapshot is taken, and what
   * it stands for is let go. Default 64 MiB.
   */
  readonly snapshotBytes?: number | undefined;
}

/** A ledger in a journal. It has one worker at a time. */
export function journalEngine(options: JournalEngineOptions): LedgerEngine {
  return new JournalEngine(options);
}

export class JournalEngine implements LedgerEngine {
  readonly shared = false;
  readonly #open: () => Promise<Journal>;
  readonly #closed: () => Promise<void>;
  readonly #parts: JournalLedgerParts;
  #ledger: Promise<JournalLedger> | undefined;
  /** How many have it open. */
  #users = 0;
  /** A ledger that is being closed: the next one is opened after that. */
  #closing: Promise<void> | undefined;

  constructor(options: JournalEngineOptions) {
    const { world = platformWorld(), recordBytesMax = 8 * 2 ** 20, snapshotBytes = 64 * 2 ** 20 } = options;
    checkBytes('recordBytesMax', recordBytesMax);
    checkBytes('snapshotBytes', snapshotBytes);
    this.#open = options.open;
    this.#closed = options.closed ?? (async () => {});
    this.#parts = {
      world,
      recordBytesMax,
      snapshotBytes,
      messagesMax: checkMessagesMax(options),
      retention: new Retention(options),
    };
  }

  async join(host: EngineHost, options: JoinOptions): Promise<LedgerSession> {
    const ledger = await this.#enter();
    if (ledger.worker !== undefined) {
      await this.#leave();
      throw invalidArgument('engine', 'joined already', 'one without a worker: a journal has one at a time');
    }
    return new JournalSession(ledger, host, options, async () => {
      ledger.leave();
      await this.#leave();
    });
  }

  async visit(): Promise<LedgerVisit> {
    return new JournalVisit(await this.#enter(), () => this.#leave());
  }

  /** Looks in if somebody has it open here, and no longer than that. */
  async peek(): Promise<LedgerVisit | undefined> {
    const ledger = await this.#ledger;
    return ledger && new JournalVisit(ledger, async () => {});
  }

  async #enter(): Promise<JournalLedger> {
    this.#users++;
    this.#ledger ??= this.#begin();
    try {
      return await this.#ledger;
    } catch (error) {
      this.#users--;
      this.#ledger = undefined;
      throw error;
    }
  }

  async #begin(): Promise<JournalLedger> {
    await this.#closing;
    const journal = await this.#open();
    try {
      return await JournalLedger.open(journal, this.#parts);
    } catch (error) {
      await journal.close();
      await this.#closed();
      throw error;
    }
  }

  async #leave(): Promise<void> {
    if (--this.#users > 0) return;
    const ledger = await this.#ledger!;
    this.#ledger = undefined;
    this.#closing = ledger.close().then(this.#closed);
    await this.#closing;
  }
}

function checkBytes(field: string, value: number): void {
  if (!(Number.isSafeInteger(value) && value >= 1)) {
    throw invalidArgument(field, value, 'a whole number of bytes from 1');
  }
}
