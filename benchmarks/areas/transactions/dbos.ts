import { DBOS } from '@dbos-inc/dbos-sdk';
import type { Engine } from './closed-loop.ts';
import { PostgresServer } from './postgres-server.ts';
import { oneMore, steps } from './three-steps.ts';

/** Workflows of DBOS on PostgreSQL: in process, as it is meant to be used. */
export async function dbosWorkflows(): Promise<Engine> {
  const server = await PostgresServer.start();
  DBOS.setConfig({
    name: 'bench',
    systemDatabaseUrl: server.url('dbos'),
    systemDatabasePoolSize: 20,
    runAdminServer: false,
    logLevel: 'error',
  });
  const order = DBOS.registerWorkflow(
    async (n: number): Promise<number> => {
      let value = n;
      for (const name of steps) value = await DBOS.runStep(() => oneMore(value), { name });
      return value;
    },
    { name: 'order' },
  );
  await DBOS.launch();
  return {
    async work(n) {
      const handle = await DBOS.startWorkflow(order, { workflowID: `order-${n}` })(n);
      if ((await handle.getResult()) !== n + steps.length) throw new Error(`order ${n} went wrong`);
    },
    counter: () => server.commits(),
    async stop() {
      await DBOS.shutdown();
      await server.stop();
    },
  };
}
