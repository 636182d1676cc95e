/** What a trace shows against somebody. */
export interface Exhibit {
  /** A service, or a peer that sends no spans. */
  readonly accused: string;
  readonly operation: string | undefined;
  readonly instance: string | undefined;
  readonly charge: Charge;
  /** Who was calling it when this was seen; undefined where it was seen in the accused's own spans. */
  readonly caller: string | undefined;
  /** Microseconds beyond what is usual, for the charges of time. Failures of a trace weigh 1 together. */
  readonly weight: number;
  /** When it was seen. Microseconds since the Unix epoch. */
  readonly from: number;
  readonly to: number;
  /** The process in which it was seen, and those above it that waited meanwhile. By {@link processName}. */
  readonly within: readonly string[];
  /** For a failure of its own: whom the request usually calls, and did not. */
  readonly missing: readonly string[];
}

export type Charge =
  /** It took longer for what it does itself. */
  | 'own-time'
  /** It came late to an answer that was there, or stood still before a call was on its way. */
  | 'late'
  /** A call to it waited longer before it took over. */
  | 'call-time'
  /** Its callers waited before they tried once more. */
  | 'retry-time'
  /** Others queued up behind calls to it. */
  | 'queue-time'
  /** It failed without a failing callee. */
  | 'own-failure'
  /** A call to it failed, and no span of its has come. */
  | 'no-answer'
  /** A call to it failed for its caller, but not for itself: it was given up. */
  | 'given-up'
  /** Others that did not even call it any more failed. */
  | 'cut-off'
  /** Its caller stopped after its answer, or it stopped itself, where it usually goes on. */
  | 'broken-off';

const ofTime: readonly Charge[] = ['own-time', 'late', 'call-time', 'retry-time', 'queue-time'];

/** Charges that are counted in microseconds, and not in failures. */
export function isOfTime(charge: Charge): boolean {
  return ofTime.includes(charge);
}

export function processName(span: {
  readonly service: string;
  readonly instance: string | undefined;
}): string {
  return `${span.service}\n${span.instance ?? ''}`;
}
