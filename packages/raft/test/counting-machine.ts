import { type SessionRequest, Sessions, type SessionsSnapshot } from '../src/index.ts';

/** A command of {@link CountingMachine}: to open a session, or to count once. */
export type CountingCommand = { readonly open: true } | SessionRequest;

const options = { sessionsMax: 4, idleMax: 60, requestsMax: 4 };

interface Saved {
  readonly sessions: SessionsSnapshot<number>;
  readonly counted: readonly (readonly [session: number, sequences: number])[];
}

/** A state machine that counts requests of sessions, each of them once however often it is repeated. */
export class CountingMachine {
  private readonly sessions: Sessions<number>;
  /** Of each session the requests that were applied, as bits. */
  private readonly counted: Map<number, number>;

  /** @param saved - what {@link save} gave, or nothing. */
  constructor(saved = '') {
    const { sessions, counted } =
      saved === '' ? { sessions: undefined, counted: [] } : (JSON.parse(saved) as Saved);
    this.sessions = new Sessions(options, sessions);
    this.counted = new Map(counted);
  }

  /** The time of an entry is its index. */
  apply(command: string, index: number): void {
    const request = JSON.parse(command) as CountingCommand;
    if ('open' in request) {
      this.sessions.register(index, index);
      return;
    }
    const { session, sequence } = request;
    this.sessions.execute(request, index, () => {
      const before = this.counted.get(session) ?? 0;
      if ((before & (1 << sequence)) !== 0) {
        throw new Error(`request ${sequence} of ${session} is applied a second time at ${index}`);
      }
      this.counted.set(session, before | (1 << sequence));
      return index;
    });
  }

  save(): string {
    return JSON.stringify({ sessions: this.sessions.snapshot(), counted: [...this.counted] });
  }
}
