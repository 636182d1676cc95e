/**
 * Turns rare but legal branches on, so that they are tested as often as common ones: a batch cut short, a cache
 * found empty, a retry taken at once. The branch has to be right in production too; a switch only says that it is
 * taken now. After FoundationDB's BUGGIFY.
 *
 *     if (batch.full || world.switches?.on('journal.flush-early')) flush();
 */
export interface Switches {
  /** Whether to take the branch `name` this time. */
  on(name: string): boolean;
}
