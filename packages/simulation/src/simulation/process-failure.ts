/**
 * How a process ended by itself: by what its program did not catch, as Node would have ended it, or by `process.exit`.
 */
export interface ProcessFailure {
  readonly host: string;
  readonly incarnation: number;
  /** True time in microseconds. */
  readonly at: number;
  readonly how: 'thrown' | 'rejected' | 'exited';
  /** What was thrown or rejected; a {@link ProcessExit} when it exited. */
  readonly error: unknown;
}

/** What `process.exit` throws on a simulated host, so that its caller does not go on. */
export class ProcessExit extends Error {
  readonly code: number;

  constructor(code: number) {
    super(`the process exited with code ${code}`);
    this.name = 'ProcessExit';
    this.code = code;
  }
}

/** A failure as one line. */
export function describeFailure({ host, how, error }: ProcessFailure): string {
  if (error instanceof ProcessExit) return `${host} exited with code ${error.code}`;
  const text = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  return how === 'thrown' ? `${host} threw ${text}` : `${host} left a rejection unhandled: ${text}`;
}
