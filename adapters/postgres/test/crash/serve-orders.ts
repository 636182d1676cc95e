import type { Ledger, RunDefinition } from '@holdfast/transactions';

/** What the parent asks for. */
export type StartOrder<Input> = Input & { readonly id: string };

/**
 * Serves a ledger as a service of its own would: starts what the parent orders, says which of that is accepted, and ends
 * itself when its worker cannot go on, to be started anew.
 */
export async function serveOrders<Input>(
  definition: RunDefinition<Input, unknown>,
  open: () => Promise<Ledger>,
): Promise<void> {
  const leave = () => process.exit(1);
  process.on('unhandledRejection', leave);
  try {
    const ledger = await open();
    process.on('message', async ({ id, ...input }: StartOrder<Input>) => {
      await ledger.start(definition, input as Input, { id }).then(
        (run) => {
          process.send?.(id);
          run.result.catch(leave);
        },
        () => {},
      );
    });
    process.send?.('ready');
  } catch {
    leave();
  }
}
