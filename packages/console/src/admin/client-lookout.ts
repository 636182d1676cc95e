import type { ClientRow } from '../api/console-api.ts';
import type { AdminSources } from './admin-sources.ts';

/** How long what a process said counts while it does not answer, in milliseconds. */
const saidMillis = 30_000;

/** Asks processes for their clients of clusters. Who is too busy to answer has them still: what it said last counts for a while. */
export class ClientLookout {
  readonly #admin: Pick<AdminSources, 'ask'>;
  readonly #said = new Map<string, { readonly at: number; readonly rows: readonly ClientRow[] }>();

  constructor(admin: Pick<AdminSources, 'ask'>) {
    this.#admin = admin;
  }

  /** The clients of all services, or of one, in an order of their own. */
  async look(now: number, service?: string): Promise<readonly ClientRow[]> {
    const answers = await this.#admin.ask('clients', async ({ resource, client }, signal) =>
      service === undefined || resource.service === service ? await client.clients(signal) : undefined,
    );
    for (const { source, answer } of answers) {
      if (answer === undefined) continue;
      const { service: of, instance } = source.resource;
      const rows = answer.map((each) => ({ ...each, source: source.id, service: of, instance }));
      this.#said.set(source.id, { at: now, rows });
    }
    for (const [id, { at }] of this.#said) if (at <= now - saidMillis) this.#said.delete(id);
    return [...this.#said.values()]
      .flatMap(({ rows }) => rows)
      .filter((row) => service === undefined || row.service === service)
      .sort(
        (one, other) =>
          one.service.localeCompare(other.service) || one.instance.localeCompare(other.instance),
      );
  }
}
