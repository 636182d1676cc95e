import { emptyDigest, extendDigest } from '../member/running-digest.ts';
import type { StateMachine } from '../member/state-machine.ts';
import { type Answer, type Command, decodeCommand, type KeyValueChange } from './command.ts';
import { type SessionRecord, SessionTable } from './session-table.ts';

/** Numbers by key, changed in sessions that make retries harmless. */
export class KeyValueStore implements StateMachine<Answer> {
  digest: number = emptyDigest;
  readonly #sessions: SessionTable;
  #values = new Map<string, number>();

  constructor(sessionsMax = 100) {
    this.#sessions = new SessionTable(sessionsMax);
  }

  get(key: string): number | null {
    return this.#values.get(key) ?? null;
  }

  apply(command: string, index: number): Answer {
    this.digest = extendDigest(this.digest, command);
    return this.#execute(decodeCommand(command, index), index);
  }

  save(): Uint8Array {
    const saved: Saved = {
      digest: this.digest,
      values: [...this.#values],
      sessions: this.#sessions.toJSON(),
    };
    return new TextEncoder().encode(JSON.stringify(saved));
  }

  restore(state: Uint8Array): void {
    const saved = JSON.parse(new TextDecoder().decode(state)) as Saved;
    this.digest = saved.digest;
    this.#values = new Map(saved.values);
    this.#sessions.restore(saved.sessions);
  }

  #execute(command: Command, index: number): Answer {
    if (command.kind === 'open-session') {
      this.#sessions.open(index);
      return { kind: 'session-opened', session: index };
    }
    const { session, sequence, change } = command;
    return this.#sessions.execute(session, sequence, () => this.#change(change));
  }

  #change(change: KeyValueChange): Answer {
    const { kind, key, value } = change;
    const swapped = kind === 'put' || this.get(key) === change.expected;
    if (swapped) this.#values.set(key, value);
    return kind === 'put' ? { kind } : { kind, swapped };
  }
}

interface Saved {
  readonly digest: number;
  readonly values: readonly (readonly [string, number])[];
  readonly sessions: readonly (readonly [number, SessionRecord])[];
}
