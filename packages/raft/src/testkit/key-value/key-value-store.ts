import { Sessions, type SessionsOptions, type SessionsSnapshot } from '../../sessions.ts';
import { emptyDigest, extendDigest } from '../member/running-digest.ts';
import type { StateMachine } from '../member/state-machine.ts';
import {
  type Answer,
  type ChangeAnswer,
  decodeCommand,
  type KeyValueChange,
  type LoggedCommand,
} from './command.ts';

/** Numbers by key, changed in sessions that make retries harmless. */
export class KeyValueStore implements StateMachine<Answer> {
  /** Of all commands and of what was answered: it tells apart stores that treat a session differently. */
  digest: number = emptyDigest;
  readonly #options: SessionsOptions;
  #sessions: Sessions<ChangeAnswer>;
  #values = new Map<string, number>();

  constructor(options: SessionsOptions = {}) {
    this.#options = options;
    this.#sessions = new Sessions(options);
  }

  get(key: string): number | null {
    return this.#values.get(key) ?? null;
  }

  apply(command: string, index: number): Answer {
    const answer = this.#execute(decodeCommand(command, index), index);
    this.digest = extendDigest(extendDigest(this.digest, command), inDigest(answer));
    return answer;
  }

  save(): Uint8Array {
    const saved: Saved = {
      digest: this.digest,
      values: [...this.#values],
      sessions: this.#sessions.snapshot(),
    };
    return new TextEncoder().encode(JSON.stringify(saved));
  }

  restore(state: Uint8Array): void {
    const saved = JSON.parse(new TextDecoder().decode(state)) as Saved;
    this.digest = saved.digest;
    this.#values = new Map(saved.values);
    this.#sessions = new Sessions(this.#options, saved.sessions);
  }

  #execute({ time, command }: LoggedCommand, index: number): Answer {
    if (command.kind === 'open-session') {
      if (command.instead !== null) this.#sessions.close(command.instead, time);
      return { kind: 'session-opened', session: this.#sessions.register(index, time) };
    }
    const result = this.#sessions.execute(command, time, () => this.#change(command.change));
    if (result.outcome === 'applied' || result.outcome === 'repeated') return result.response;
    return { kind: result.outcome === 'ended' ? 'session-ended' : result.outcome };
  }

  #change(change: KeyValueChange): ChangeAnswer {
    const { kind, key, value } = change;
    const swapped = kind === 'put' || this.get(key) === change.expected;
    if (swapped) this.#values.set(key, value);
    return kind === 'put' ? { kind } : { kind, swapped };
  }
}

function inDigest(answer: Answer): string {
  return answer.kind === 'cas' && answer.swapped ? 'swapped' : answer.kind;
}

interface Saved {
  readonly digest: number;
  readonly values: readonly (readonly [string, number])[];
  readonly sessions: SessionsSnapshot<ChangeAnswer>;
}
