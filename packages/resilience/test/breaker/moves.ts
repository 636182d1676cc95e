import type {
  BreakerCore,
  BreakerSettings,
  BreakerState,
  BreakerTransition,
  ManualBreakerState,
} from '../../src/breaker/breaker-core.ts';
import type { Judgement } from '../../src/judgement.ts';
import { Oracle, type OraclePermit } from './oracle.ts';

/** One thing that can happen to a breaker. */
export type Move =
  | { readonly does: 'call' }
  /**
   * A call ends: the oldest one or the newest one whose permit is still of this generation, or a late one (`stale`
   * the latest, `ancient` the earliest) whose permit is of an earlier generation.
   */
  | {
      readonly does: 'end';
      readonly which: 'oldest' | 'newest' | 'stale' | 'ancient';
      readonly as: Judgement;
      readonly weight: number;
      readonly slow: boolean;
      readonly retryAfter: number;
    }
  | { readonly does: 'wait'; readonly micros: number }
  | { readonly does: 'look' }
  | { readonly does: 'force'; readonly to: ManualBreakerState }
  | { readonly does: 'reset' }
  /** Takes the scenario's settings of this index. */
  | { readonly does: 'reconfigure'; readonly to: number };

export type Breaker = Pick<
  BreakerCore,
  'acquire' | 'record' | 'current' | 'retryAfter' | 'tally' | 'force' | 'reset' | 'reconfigure'
>;

export type MakeBreaker = (
  settings: BreakerSettings,
  onTransition: (transition: BreakerTransition) => void,
) => Breaker;

/** The code and the oracle disagree. */
export class Disagreement extends Error {
  override readonly name = 'Disagreement';

  constructor(what: string, code: unknown, oracle: unknown) {
    super(`${what}: the code says ${JSON.stringify(code)}, the page says ${JSON.stringify(oracle)}`);
  }
}

/** The permits of one call: the oracle's and the code's. */
interface InFlight {
  readonly oracle: OraclePermit;
  readonly code: number;
}

/** What the world around both breakers holds. */
export class Surroundings {
  now: number;
  inFlight: InFlight[] = [];

  constructor(now: number) {
    this.now = now;
  }

  copy(): Surroundings {
    const copy = new Surroundings(this.now);
    copy.inFlight = [...this.inFlight];
    return copy;
  }
}

/** Which call in flight `move` ends: its place, or -1 when there is none such. */
export function endingCall(
  which: 'oldest' | 'newest' | 'stale' | 'ancient',
  { inFlight }: Surroundings,
  oracle: Oracle,
): number {
  switch (which) {
    case 'oldest':
      return inFlight.findIndex((call) => call.oracle === oracle.changes);
    case 'newest':
      return inFlight.findLastIndex((call) => call.oracle === oracle.changes);
    case 'stale':
      return inFlight.findLastIndex((call) => call.oracle !== oracle.changes);
    case 'ancient':
      return inFlight.findIndex((call) => call.oracle !== oracle.changes);
  }
}

/** One breaker of the code beside the oracle, moved step by step; throws at the first disagreement. */
export class Duel {
  readonly oracle: Oracle;
  readonly around: Surroundings;
  private readonly code: Breaker;
  private readonly transitions: BreakerTransition[] = [];
  private readonly settings: readonly BreakerSettings[];

  constructor(make: MakeBreaker, settings: readonly BreakerSettings[], start: number) {
    this.settings = settings;
    this.oracle = new Oracle(settings[0]!);
    this.around = new Surroundings(start);
    this.code = make(settings[0]!, (transition) => this.transitions.push(transition));
  }

  /** Makes `move` on both. Returns false when it is not possible here. */
  make(move: Move): boolean {
    const { around, oracle, code } = this;
    const { now } = around;
    switch (move.does) {
      case 'call':
        this.call();
        break;
      case 'end': {
        const place = endingCall(move.which, around, oracle);
        if (place === -1) return false;
        const [call] = around.inFlight.splice(place, 1);
        code.record(call!.code, move.as, move.weight, move.slow, now, move.retryAfter);
        oracle.record(call!.oracle, move.as, move.weight, move.slow, now, move.retryAfter);
        break;
      }
      case 'wait':
        around.now += move.micros;
        break;
      case 'look':
        compare('the state', code.current(now), oracle.current(now));
        break;
      case 'force':
        code.force(move.to);
        oracle.force(move.to, now);
        break;
      case 'reset':
        code.reset();
        oracle.reset(now);
        break;
      case 'reconfigure':
        code.reconfigure(this.settings[move.to]!, now);
        oracle.reconfigure(this.settings[move.to]!, now);
        break;
    }
    this.compareTransitions();
    return true;
  }

  /** Makes a call. Returns whether it was admitted. */
  call(): boolean {
    const { now } = this.around;
    const mine = this.code.acquire(now);
    const asked = this.oracle.acquire(now);
    compare('admitted', mine >= 0, asked !== 'refused');
    if (asked !== 'refused') {
      this.around.inFlight.push({ code: mine, oracle: asked });
      return true;
    }
    compare('retryAfter', this.code.retryAfter(now), this.oracle.retryAfter(now));
    return false;
  }

  /** Reads everything that can be read. It is a look, so it may change the state. */
  compareReadings(): void {
    const { now } = this.around;
    compare('the state', this.code.current(now), this.oracle.current(now));
    this.compareTransitions();
    const code = this.code.tally(now);
    const oracle = this.oracle.tally(now);
    compare('calls', code.calls, oracle.calls);
    compare('failureUnits', code.failureUnits, oracle.failureUnits);
    compare('slowCalls', code.slowCalls, oracle.slowCalls);
  }

  private compareTransitions(): void {
    const code = this.transitions;
    const oracle = this.oracle.published;
    if (code.length === 0 && oracle.length === 0) return;
    compare('transitions', code.map(plain), oracle.map(plain));
    code.length = 0;
    oracle.length = 0;
  }

  state(): BreakerState {
    return this.oracle.state;
  }
}

function plain({ from, to, reason, calls, failureUnits, slowCalls }: BreakerTransition): string {
  return `${from} to ${to} by ${reason} on ${calls} calls, ${failureUnits} units, ${slowCalls} slow`;
}

function compare(what: string, code: unknown, oracle: unknown): void {
  if (code === oracle) return;
  if (Array.isArray(code) && JSON.stringify(code) === JSON.stringify(oracle)) return;
  throw new Disagreement(what, code, oracle);
}

/** A sequence of moves for people. */
export function written(moves: readonly Move[]): string {
  return moves.map(writtenMove).join(' · ');
}

export function writtenMove(move: Move): string {
  switch (move.does) {
    case 'end': {
      const weight = move.as === 'failure' && move.weight !== 10_000 ? ` of weight ${move.weight}` : '';
      const late = move.retryAfter === 0 ? '' : ` retry after ${move.retryAfter}`;
      return `${move.which} ends: ${move.slow ? 'slow ' : ''}${move.as}${weight}${late}`;
    }
    case 'wait':
      return `wait ${move.micros}`;
    case 'force':
      return `force ${move.to}`;
    case 'reconfigure':
      return `reconfigure to ${move.to}`;
    default:
      return move.does;
  }
}
