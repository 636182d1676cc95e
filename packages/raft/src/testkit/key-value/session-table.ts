import type { Answer } from './command.ts';

/** The latest command of one session, and what was answered. */
export interface SessionRecord {
  sequence: number;
  answer: Answer | undefined;
}

/**
 * What makes retried commands happen once (Ongaro, dissertation, 6.3): each session's latest command and its answer.
 * Part of the replicated state, so a bound on it must be kept alike everywhere: when one more is opened than fit, the
 * one that was used longest ago expires.
 */
export class SessionTable {
  readonly #sessionsMax: number;
  /** In the order of their latest use. */
  #sessions = new Map<number, SessionRecord>();

  constructor(sessionsMax: number) {
    this.#sessionsMax = sessionsMax;
  }

  open(session: number): void {
    this.#sessions.set(session, { sequence: 0, answer: undefined });
    if (this.#sessions.size <= this.#sessionsMax) return;
    for (const eldest of this.#sessions.keys()) {
      this.#sessions.delete(eldest);
      return;
    }
  }

  /** Answers the command: as before if it is the latest of its session, by `execute` if it is a new one. */
  execute(session: number, sequence: number, execute: () => Answer): Answer {
    const record = this.#sessions.get(session);
    if (record === undefined) return { kind: 'session-expired' };
    if (sequence < record.sequence) return { kind: 'overtaken' };
    this.#sessions.delete(session);
    this.#sessions.set(session, record);
    if (sequence === record.sequence) return record.answer!;
    record.sequence = sequence;
    record.answer = execute();
    return record.answer;
  }

  toJSON(): readonly (readonly [number, SessionRecord])[] {
    return [...this.#sessions];
  }

  restore(sessions: readonly (readonly [number, SessionRecord])[]): void {
    this.#sessions = new Map(sessions.map(([session, record]) => [session, { ...record }]));
  }
}
