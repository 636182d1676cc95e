/** What a program inside the simulation did not catch. Its process ended with it, as Node would have ended it. */
export interface ProcessFailure {
  readonly host: string;
  readonly incarnation: number;
  /** True time in microseconds. */
  readonly at: number;
  readonly how: 'thrown' | 'rejected';
  readonly error: unknown;
}

/** A failure as one line. */
export function describeFailure({ host, how, error }: ProcessFailure): string {
  const text = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  return how === 'thrown' ? `${host} threw ${text}` : `${host} left a rejection unhandled: ${text}`;
}
