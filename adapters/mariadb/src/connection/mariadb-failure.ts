/** After which the connection or the server is gone, though the server has said so itself. */
const ending: ReadonlySet<number> = new Set([
  1053, // The server shuts down.
  1152, // The connection is aborted.
  1158, // Reading from the client failed.
  1159, // Reading from the client took too long.
  1160, // Writing to the client failed.
  1161, // Writing to the client took too long.
  1927, // The connection was killed.
]);

/** Whether the server itself has refused the statement: it did nothing then. Otherwise nobody knows. */
export function isRefusal(error: unknown): boolean {
  const number = errorNumber(error);
  return number !== undefined && !ending.has(number) && (error as { fatal?: unknown }).fatal !== true;
}

/** The server's own number for an error; undefined when it was none of the server's. */
export function errorNumber(error: unknown): number | undefined {
  const { errno, sqlState } = (error ?? {}) as { errno?: unknown; sqlState?: unknown };
  return typeof errno === 'number' && typeof sqlState === 'string' ? errno : undefined;
}
