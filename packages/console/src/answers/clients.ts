import type { ClientRow } from '../api/console-api.ts';
import type { ConsoleState } from '../console-state.ts';

/** The clients of clusters that processes have open, of all services or of one. In an order of their own. */
export async function clientList(
  { admin }: Pick<ConsoleState, 'admin'>,
  service?: string,
): Promise<ClientRow[]> {
  const answers = await admin.ask('clients', ({ resource, client }, signal) =>
    service === undefined || resource.service === service ? client.clients(signal) : Promise.resolve([]),
  );
  return answers
    .flatMap(({ source, answer }) =>
      answer.map((each) => ({
        ...each,
        source: source.id,
        service: source.resource.service,
        instance: source.resource.instance,
      })),
    )
    .sort(
      (one, other) => one.service.localeCompare(other.service) || one.instance.localeCompare(other.instance),
    );
}
