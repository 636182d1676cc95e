/** The command line was called in a way that it does not understand, or with a file that it cannot read. */
export class UsageError extends Error {}

/** What an error says. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
