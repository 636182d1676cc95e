/** What a failed statement means to who sent it. */
export type PostgresFailure =
  /** The connection or the server is gone, or gave no answer: whether it happened is not known. */
  | 'unknown'
  /** It was rolled back for the sake of others, or for want of a server that may write: the same again may work. */
  | 'again'
  /** The disk of the server is full. It was rolled back. */
  | 'full'
  /** It was refused, and would be again. */
  | 'refused';

/** After which it is certain that the statement did nothing, whereas the same again may work. */
const transient: ReadonlySet<string> = new Set([
  '25006', // The server is a standby now.
  '40001', // Serialization failure.
  '40P01', // Deadlock.
  '53200', // Out of memory.
  '53300', // Too many connections.
  '55P03', // Lock timeout.
  '57014', // Cancelled, as by a statement timeout.
]);

const defects = [TypeError, RangeError, ReferenceError, SyntaxError] as const;

export function postgresFailure(error: unknown): PostgresFailure {
  // A defect here or in the driver, which no repetition mends.
  if (defects.some((kind) => error instanceof kind)) return 'refused';
  const state = sqlState(error);
  // 08: connection exceptions. 57P: the server stops, or has just been started. XX: it has failed inside.
  if (state === undefined || /^(08|57P|XX)/.test(state)) return 'unknown';
  if (state === '53100') return 'full';
  return transient.has(state) ? 'again' : 'refused';
}

/** The server's own code for an error; undefined when it was none of the server's. */
export function sqlState(error: unknown): string | undefined {
  const code = (error as { code?: unknown } | null)?.code;
  return typeof code === 'string' && /^[0-9A-Z]{5}$/.test(code) && !code.startsWith('E') ? code : undefined;
}
