import {
  asHoldfastError,
  type Executed,
  formatMicros,
  isHoldfastError,
  type JsonValue,
} from '@holdfast/core';
import { adviceFor } from './advice.ts';

/** Why a call was refused or how it ended. Times are milliseconds. */
export interface Explanation {
  /** The code of the error; that of the nearest HoldfastError for an error of another class. */
  readonly code: string;
  /** The name of the policy that decided, and its kind; undefined when no policy did. */
  readonly policy: string | undefined;
  readonly kind: string | undefined;
  /** What happened, as a sentence. */
  readonly because: string;
  /** The facts that it was decided on. */
  readonly numbers: Readonly<Record<string, JsonValue>>;
  readonly retryAfter: number | undefined;
  /** The attempt it happened in, counted from 1; 0 when none had begun. */
  readonly attempt: number | undefined;
  /** Since the call began. */
  readonly elapsed: number | undefined;
  /** Whether the remote effect has happened. */
  readonly executed: Executed;
  /** What to do next. */
  readonly advice: string;
  /** The failures behind it: what an operation threw, or why both a call and its fallback failed. */
  readonly causes: readonly Explanation[];
  /** All of it for a log: a line each for it and its causes, these indented. */
  readonly text: string;
}

/** Deeper causes are left out: they serve nobody. */
const depthMax = 8;
/** Causes of one error beyond these are left out. */
const causesMax = 16;

/**
 * Says of anything that a call failed with by which policy, on which numbers and what to do next. Also of errors that
 * came as JSON and were revived by `errorFromJson`. Never throws.
 */
export function explain(error: unknown): Explanation {
  return explainAt(error, []);
}

function explainAt(error: unknown, outer: readonly unknown[]): Explanation {
  const known = asHoldfastError(error);
  const { code, message, origin, executed, retryAfter } = known;
  const { policy: kind, ...numbers } = known.context;
  const explanation = {
    code,
    policy: origin.component,
    kind: typeof kind === 'string' ? kind : undefined,
    because: message,
    numbers,
    retryAfter,
    attempt: origin.attempt,
    elapsed: origin.elapsed,
    executed,
    advice: adviceFor(known),
    causes: causesOf(error, [...outer, error]),
  };
  return { ...explanation, text: textOf(explanation) };
}

function causesOf(error: unknown, chain: readonly unknown[]): Explanation[] {
  if (chain.length > depthMax) return [];
  return directCauses(error)
    .filter((cause) => !chain.includes(cause))
    .slice(0, causesMax)
    .map((cause) => explainAt(cause, chain));
}

function directCauses(error: unknown): readonly unknown[] {
  try {
    if (isHoldfastError(error) && error.causes.length > 0) return error.causes;
    const cause = error instanceof Error ? error.cause : undefined;
    return cause === undefined ? [] : [cause];
  } catch {
    return []; // Anything can be thrown, also what throws when it is looked at.
  }
}

function textOf(explanation: Omit<Explanation, 'text'>): string {
  const { code, policy, kind, because, numbers, retryAfter, attempt, elapsed, executed, advice, causes } =
    explanation;
  const facts = Object.entries({
    ...numbers,
    attempt,
    elapsed: elapsed === undefined ? undefined : millis(elapsed),
    retryAfter: retryAfter === undefined ? undefined : millis(retryAfter),
    executed,
  })
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${name}=${typeof value === 'string' ? value : JSON.stringify(value)}`);
  const by =
    policy === undefined ? '' : ` by ${policy}${kind === undefined || kind === policy ? '' : ` (${kind})`}`;
  const line = `${code}${by}: ${because} [${facts.join(' ')}] ${advice}`;
  const inner = causes.map(({ text }) => `  caused by ${text.replaceAll('\n', '\n  ')}`);
  return [oneLine(line), ...inner].join('\n');
}

function millis(value: number): string {
  return formatMicros(Math.round(value * 1_000));
}

/** A message may hold anything: nobody forges a line of a log with it. */
function oneLine(text: string): string {
  return text.replace(/[\p{Cc}\u2028\u2029]+/gu, ' ');
}
