import { invalidArgument, isHoldfastError, type JsonValue, sleep } from '@holdfast/core';
import { askOwner } from '@holdfast/runtime';
import type { LedgerVisit } from '../ledger/ledger-engine.ts';
import { ledgerClosed } from '../ledger/ledger-errors.ts';
import type { RunFilter, RunPage, StoredRun } from '../ledger/run.ts';
import type { OwnerRequest } from './owner-request.ts';
import { bytesToText, runFromJson } from './run-json.ts';

/** Looks into a ledger's folder: asks its owner, or opens it for the one call where it has none. */
export class FolderVisit implements LedgerVisit {
  readonly #path: string;
  readonly #open: () => Promise<LedgerVisit>;
  readonly #closing = new AbortController();

  /** @param open - opens the folder, which becomes this process's own until the visit is closed. */
  constructor(path: string, open: () => Promise<LedgerVisit>) {
    this.#path = path;
    this.#open = open;
  }

  async read(id: string, signal?: AbortSignal): Promise<StoredRun | undefined> {
    return this.#repeated(
      async () => runFromJson(await this.#ask({ ledger: 'read', id }, signal)),
      (visit) => visit.read(id, signal),
    );
  }

  async list(filter: RunFilter, signal?: AbortSignal): Promise<RunPage> {
    return this.#repeated(
      async () => (await this.#ask({ ledger: 'list', filter }, signal)) as unknown as RunPage,
      (visit) => visit.list(filter, signal),
    );
  }

  async post(id: string, message: Uint8Array, signal?: AbortSignal): Promise<'posted' | 'ended' | 'unknown'> {
    if (message.length > messageBytesMax) {
      throw invalidArgument('bytes of a message', message.length, `${messageBytesMax} at most from outside`);
    }
    const request: OwnerRequest = { ledger: 'post', id, message: bytesToText(message) };
    return this.#call(
      async () => (await this.#ask(request, signal)) as 'posted' | 'ended' | 'unknown',
      (visit) => visit.post(id, message, signal),
    );
  }

  /** The owner says when. Where there is none, nobody drives the run: this looks now and then whether one has come. */
  async ended(id: string, signal?: AbortSignal): Promise<StoredRun | undefined> {
    const run = await this.read(id, signal);
    if (run === undefined || run.status === 'ended') return run;
    for (;;) {
      try {
        return runFromJson(await this.#ask({ ledger: 'ended', id }, signal, endTimeout));
      } catch (error) {
        if (!isOwnerGone(error)) throw error;
        await this.#orClosed(sleep(ownerInterval, { signal: this.#signal(signal) }));
      }
    }
  }

  async close(): Promise<void> {
    this.#closing.abort();
  }

  /** An owner that goes just now does not answer, but the folder does afterwards. Only for what may be done twice. */
  async #repeated<Value>(
    ask: () => Promise<Value>,
    look: (visit: LedgerVisit) => Promise<Value>,
  ): Promise<Value> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.#call(ask, look);
      } catch (error) {
        const leaves = hasCode(error, 'LEDGER_CLOSED') || hasCode(error, 'OWNER_HUNG_UP');
        if (this.#closing.signal.aborted || !leaves || attempt === attemptsMax) throw error;
        await this.#orClosed(sleep(leavingInterval, { signal: this.#closing.signal }));
      }
    }
  }

  async #call<Value>(
    ask: () => Promise<Value>,
    look: (visit: LedgerVisit) => Promise<Value>,
  ): Promise<Value> {
    for (;;) {
      if (this.#closing.signal.aborted) throw ledgerClosed();
      try {
        return await ask();
      } catch (error) {
        if (!hasCode(error, 'FOLDER_NOT_OWNED')) throw error;
      }
      const visit = await this.#openUnlessOwned();
      if (visit === undefined) continue;
      try {
        return await look(visit);
      } finally {
        await visit.close();
      }
    }
  }

  /** Undefined when it has an owner by now. */
  async #openUnlessOwned(): Promise<LedgerVisit | undefined> {
    try {
      return await this.#open();
    } catch (error) {
      if (hasCode(error, 'FOLDER_OWNED')) return undefined;
      throw error;
    }
  }

  #ask(request: OwnerRequest, signal: AbortSignal | undefined, timeout?: '1d'): Promise<JsonValue> {
    const asked = askOwner(this.#path, request as unknown as JsonValue, {
      timeout,
      signal: this.#signal(signal),
    });
    return this.#orClosed(asked);
  }

  #signal(signal: AbortSignal | undefined): AbortSignal {
    const { signal: closing } = this.#closing;
    return signal === undefined ? closing : AbortSignal.any([signal, closing]);
  }

  async #orClosed<Value>(waiting: Promise<Value>): Promise<Value> {
    try {
      return await waiting;
    } catch (error) {
      throw this.#closing.signal.aborted ? ledgerClosed() : error;
    }
  }
}

/** In Base64 it has to fit into a request to the owner of a folder. */
const messageBytesMax = 40 * 1_024;
const endTimeout = '1d';
const ownerInterval = '500ms';
const leavingInterval = '20ms';
/** So long an owner may take to leave: it ends what it has begun first. */
const attemptsMax = 500;

function isOwnerGone(error: unknown): boolean {
  return ['FOLDER_NOT_OWNED', 'OWNER_SILENT', 'OWNER_HUNG_UP', 'LEDGER_CLOSED'].some((code) =>
    hasCode(error, code),
  );
}

function hasCode(error: unknown, code: string): boolean {
  return isHoldfastError(error) && error.code === code;
}
