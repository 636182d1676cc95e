import { type ComponentRegistry, componentRegistry, invalidArgument } from '@holdfast/core';
import type { AnyRunDefinition } from './definition-registry.ts';
import type { LedgerVisit } from './ledger-engine.ts';
import type { RunStatus, RunSummary, StoredRun } from './run.ts';
import type { RunAction, RunInspection } from './run-inspection.ts';

/** A ledger as people see it: its runs, and what may be said to them. */
export interface InspectedLedger {
  readonly name: string;
  /**
   * The runs, those that are stuck first, then those under way, then those that have ended, the latest first. Of the
   * latter it knows the last hundred that have ended at this worker, and the oldest that the ledger still holds.
   */
  list(filter?: InspectionFilter, signal?: AbortSignal): Promise<readonly InspectedRun[]>;
  /** Undefined when there is no run of that id. */
  describe(id: string, signal?: AbortSignal): Promise<RunDetail | undefined>;
  /**
   * Leaves a message that asks a run for `action`, durably.
   *
   * @throws HoldfastError INVALID_ARGUMENT when its protocol takes no such action; LEDGER_MESSAGES_FULL,
   * LEDGER_UNAVAILABLE.
   */
  act(id: string, action: RunAction, signal?: AbortSignal): Promise<'posted' | 'ended' | 'unknown'>;
}

export interface InspectionFilter {
  /** Such as `saga/order`. */
  readonly type?: string | undefined;
  readonly status?: InspectedStatus | undefined;
  /** Runs at most, 1 to 1,000. Default 100. */
  readonly limit?: number | undefined;
}

export type InspectedStatus = 'running' | 'stuck' | 'committed' | 'rolled-back';

export interface InspectedRun {
  readonly id: string;
  readonly type: string;
  readonly version: number;
  readonly status: InspectedStatus;
  /** The step that it is at, where this worker drives it. */
  readonly step: string | undefined;
  /** Wall-clock milliseconds since the Unix epoch. */
  readonly startedAt: number;
  readonly endedAt: number | undefined;
  /** Why it is stuck, or was rolled back. */
  readonly problem: string | undefined;
}

export type RunDetail = InspectedRun & Omit<RunInspection, 'outcome' | 'problem' | 'step'>;

/** The ledgers that are open in this process. */
export const ledgers: ComponentRegistry<InspectedLedger> = componentRegistry('holdfast.ledgers');

/** What is shown of a ledger. */
export interface ShownLedger {
  readonly visit: LedgerVisit;
  definitionOf(type: string, version: number): AnyRunDefinition | undefined;
  /** What this worker knows of a run that it drives. */
  recordsOf(id: string): readonly Uint8Array[] | undefined;
}

const endedMax = 100;
const limitMax = 1_000;

/** Shows a ledger. */
export class LedgerInspector implements InspectedLedger {
  readonly name: string;
  readonly #ledger: ShownLedger;
  /** The runs that have ended last at this worker, the oldest first. */
  readonly #ended: RunSummary[] = [];

  constructor(name: string, ledger: ShownLedger) {
    this.name = name;
    this.#ledger = ledger;
  }

  /** A run has ended at this worker. */
  ended(run: RunSummary): void {
    this.#ended.push(run);
    if (this.#ended.length > endedMax) this.#ended.shift();
  }

  async list(
    { type, status, limit = 100 }: InspectionFilter = {},
    signal?: AbortSignal,
  ): Promise<readonly InspectedRun[]> {
    if (!(Number.isSafeInteger(limit) && limit >= 1 && limit <= limitMax)) {
      throw invalidArgument('limit', limit, `a whole number from 1 to ${limitMax}`);
    }
    const runs: InspectedRun[] = [];
    for (const stored of statusesOf(status)) {
      if (runs.length === limit) break;
      const page = await this.#ledger.visit.list({ type, status: stored, limit }, signal);
      const summaries = stored === 'ended' ? this.#lastEnded(page.runs, type) : page.runs;
      const shown = summaries.map((run) => this.#shown(run));
      const wanted = shown.filter((run) => status === undefined || run.status === status);
      runs.push(...wanted.slice(0, limit - runs.length));
    }
    return runs;
  }

  async describe(id: string, signal?: AbortSignal): Promise<RunDetail | undefined> {
    const stored = await this.#ledger.visit.read(id, signal);
    if (stored === undefined) return undefined;
    const run = this.#shown(stored);
    const inspection = this.#inspection(stored);
    if (inspection === undefined) return { ...run, input: undefined, steps: [], timeline: [], actions: [] };
    const { outcome = run.status, problem = run.problem, ...more } = inspection;
    return { ...run, ...more, status: outcome, problem };
  }

  async act(id: string, action: RunAction, signal?: AbortSignal): Promise<'posted' | 'ended' | 'unknown'> {
    const stored = await this.#ledger.visit.read(id, signal);
    if (stored === undefined) return 'unknown';
    const { type, version } = stored;
    const inspector = this.#ledger.definitionOf(type, version)?.inspector;
    if (inspector === undefined)
      throw invalidArgument('action', action.name, `what runs of ${type} take: nothing`);
    return this.#ledger.visit.post(id, inspector.messageFor(action), signal);
  }

  /** Those of a page and those remembered, the latest first. */
  #lastEnded(page: readonly RunSummary[], type: string | undefined): RunSummary[] {
    const remembered = this.#ended.filter((run) => type === undefined || run.type === type);
    const byId = new Map([...page, ...remembered].map((run) => [run.id, run]));
    return [...byId.values()].sort((a, b) => b.changedAt - a.changedAt);
  }

  #shown(run: RunSummary): InspectedRun {
    const { id, type, version, createdAt, changedAt, note } = run;
    const status = statusOf(run);
    const records = status === 'running' || status === 'stuck' ? this.#ledger.recordsOf(id) : undefined;
    const stored: StoredRun | undefined = records && { ...run, owned: false, records, messages: [] };
    return {
      id,
      type,
      version,
      status,
      step: stored && this.#inspection(stored)?.step,
      startedAt: createdAt,
      endedAt: run.status === 'ended' ? changedAt : undefined,
      problem: problemIn(status, note),
    };
  }

  #inspection(run: StoredRun): RunInspection | undefined {
    return this.#ledger.definitionOf(run.type, run.version)?.inspector?.look(run);
  }
}

function statusesOf(status: InspectedStatus | undefined): readonly RunStatus[] {
  if (status === undefined) return ['stuck', 'running', 'ended'];
  return [status === 'running' || status === 'stuck' ? status : 'ended'];
}

/** All protocols note a run that was rolled back with this, and why. */
const rolledBack = 'rolled back: ';

function statusOf({ status, note }: RunSummary): InspectedStatus {
  if (status !== 'ended') return status;
  return note?.startsWith(rolledBack) === true ? 'rolled-back' : 'committed';
}

function problemIn(status: InspectedStatus, note: string | undefined): string | undefined {
  if (status === 'stuck') return note;
  return status === 'rolled-back' ? note?.slice(rolledBack.length) : undefined;
}
