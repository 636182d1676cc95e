import { join } from 'node:path';
import type { Fact } from '../shop/facts.ts';
import { serviceNames } from '../shop/services.ts';
import { BookReader } from './book-reader.ts';
import { Ledger } from './ledger.ts';

/** Keeps a ledger of a shop from the books in its folder. */
export class Auditor {
  readonly ledger: Ledger = new Ledger();
  private readonly readers: readonly BookReader<Fact>[];

  constructor(folder: string) {
    this.readers = serviceNames.map((name) => new BookReader<Fact>(join(folder, `${name}.book`)));
  }

  /** Enters what the books have gained. */
  async catchUp(): Promise<void> {
    for (const reader of this.readers) {
      for (const fact of await reader.read()) this.ledger.enter(fact);
    }
  }

  async close(): Promise<void> {
    for (const reader of this.readers) await reader.close();
  }
}
