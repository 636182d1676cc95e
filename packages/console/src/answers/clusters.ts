import type { ClusterView } from '../api/console-api.ts';
import type { ConsoleState } from '../console-state.ts';

/** What processes say of their clusters. */
export async function clusters({ admin, clusterHistory }: ConsoleState, now: number): Promise<ClusterView[]> {
  const answers = await admin.ask('cluster', ({ client }, signal) => client.cluster(signal));
  return answers.flatMap(({ source, answer }) =>
    answer.map((cluster) => ({
      ...cluster,
      source: source.id,
      service: source.resource.service,
      history: clusterHistory.note(`${source.id} ${cluster.name}`, cluster, now),
    })),
  );
}
