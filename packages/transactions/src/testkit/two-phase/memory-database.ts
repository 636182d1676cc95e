import { type BranchId, branchText } from '../../two-phase/branch-id.ts';
import type { BranchOutcome } from '../../two-phase/resource.ts';

/** A client's session: what one branch has read and changed. */
export interface MemorySession {
  /** Whose it is: when that client dies, so does the session. */
  readonly client: object;
  readonly changes: Map<string, number>;
  /** How often what it has read had been committed by then. */
  readonly versions: Map<string, number>;
}

/**
 * The server behind {@link MemoryResource}: named numbers, each locked by the branch that changes it until that ends. What is
 * prepared or committed outlives every client and every restart; what is under way does not.
 */
export class MemoryDatabase {
  readonly #committed = new Map<string, number>();
  /** How often each number has been committed. */
  readonly #versions = new Map<string, number>();
  readonly #locks = new Map<string, MemorySession>();
  readonly #open = new Set<MemorySession>();
  readonly #prepared = new Map<string, { readonly id: BranchId; readonly session: MemorySession }>();
  /** Of one-phase commits: whether they happened, or never will. */
  readonly #marks = new Map<string, 'committed' | 'rolled back'>();

  /** What is committed; 0 where nothing is. */
  value(key: string): number {
    return this.#committed.get(key) ?? 0;
  }

  set(key: string, value: number): void {
    this.#committed.set(key, value);
  }

  /** In doubt: prepared, and not ended. */
  get prepared(): readonly BranchId[] {
    return Array.from(this.#prepared.values(), ({ id }) => id);
  }

  /** Whether a branch that has not ended has changed `key`. */
  isLocked(key: string): boolean {
    return this.#locks.has(key);
  }

  /** Sessions under way. */
  get openSessions(): number {
    return this.#open.size;
  }

  open(client: object): MemorySession {
    const session = { client, changes: new Map<string, number>(), versions: new Map<string, number>() };
    this.#open.add(session);
    return session;
  }

  isOpen(session: MemorySession): boolean {
    return this.#open.has(session);
  }

  /** What the session sees: its own changes, and beneath them what is committed. */
  read(session: MemorySession, key: string): number {
    if (!session.versions.has(key)) session.versions.set(key, this.#version(key));
    return session.changes.get(key) ?? this.value(key);
  }

  /** False when another branch has it locked, or has committed a change of it since this one read it. */
  write(session: MemorySession, key: string, value: number): boolean {
    const holder = this.#locks.get(key);
    if (holder !== undefined && holder !== session) return false;
    if ((session.versions.get(key) ?? this.#version(key)) !== this.#version(key)) return false;
    this.#locks.set(key, session);
    session.changes.set(key, value);
    return true;
  }

  prepare(session: MemorySession, id: BranchId): void {
    this.#open.delete(session);
    this.#prepared.set(branchText(id), { id, session });
  }

  /** False when `id` has been settled as rolled back before. */
  commitOnePhase(session: MemorySession, id: BranchId): boolean {
    const text = branchText(id);
    if (this.#marks.has(text)) {
      this.rollbackOpen(session);
      return false;
    }
    this.#marks.set(text, 'committed');
    this.#open.delete(session);
    this.#apply(session);
    return true;
  }

  rollbackOpen(session: MemorySession): void {
    if (this.#open.delete(session)) this.#release(session);
  }

  commit(id: BranchId): BranchOutcome {
    const session = this.#take(id);
    if (session === undefined) return 'unknown';
    this.#apply(session);
    return 'committed';
  }

  rollback(id: BranchId): BranchOutcome {
    const session = this.#take(id);
    if (session === undefined) return 'unknown';
    this.#release(session);
    return 'rolled back';
  }

  settle(id: BranchId): 'committed' | 'rolled back' {
    const text = branchText(id);
    const mark = this.#marks.get(text) ?? 'rolled back';
    this.#marks.set(text, mark);
    return mark;
  }

  /** Ends what a client has under way, as a server does that has lost its connections. */
  dropClient(client: object): void {
    for (const session of [...this.#open]) if (session.client === client) this.rollbackOpen(session);
  }

  /** Stops the server and starts it again. */
  restart(): void {
    for (const session of [...this.#open]) this.rollbackOpen(session);
  }

  #take(id: BranchId): MemorySession | undefined {
    const text = branchText(id);
    const found = this.#prepared.get(text);
    this.#prepared.delete(text);
    return found?.session;
  }

  #apply(session: MemorySession): void {
    for (const [key, value] of session.changes) {
      this.#committed.set(key, value);
      this.#versions.set(key, this.#version(key) + 1);
    }
    this.#release(session);
  }

  #version(key: string): number {
    return this.#versions.get(key) ?? 0;
  }

  #release(session: MemorySession): void {
    for (const key of session.changes.keys()) this.#locks.delete(key);
  }
}
