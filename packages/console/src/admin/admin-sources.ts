import { type AdminClient, type AdminIndex, adminClient } from '@holdfast/telemetry';
import { consoleErrors } from '../console-errors.ts';
import type { Ingest } from '../ingest.ts';
import type { Resource, ShapeBook } from '../store/shape-book.ts';

/** A process that says where its admin endpoint is. */
export interface AdminSource {
  /** Names it in the API: its service and process. */
  readonly id: string;
  readonly resource: Resource;
  /** Looks, and is shown no data of users. */
  readonly client: AdminClient;
  /** Acts, and sees all: only for who has the console's token. */
  readonly actor: AdminClient;
  /** What it said of itself last; undefined until it has, and when it no longer answers. */
  index: AdminIndex | undefined;
  /** What it had to say when it answered last. */
  sections: AdminIndex['sections'];
}

export interface AdminSourcesOptions {
  readonly book: ShapeBook;
  readonly ingest: Ingest;
  /** What processes ask for before they act. */
  readonly token: string | undefined;
  /** Milliseconds since the Unix epoch. */
  readonly now: () => number;
}

const urlAttribute = 'holdfast.admin.url';
const lookMillis = 5_000;
/** Who was not heard of for so long is not asked any more. */
const silentMillis = 60_000;
const sourcesMax = 200;
const timeout = 2_000;

/** The processes that can be asked for what they are doing, by the attribute `holdfast.admin.url` of their telemetry. */
export class AdminSources {
  readonly #options: AdminSourcesOptions;
  readonly #sources = new Map<string, AdminSource>();
  readonly #byResource = new Map<number, AdminSource | undefined>();
  readonly #stopped = new AbortController();
  #timer: NodeJS.Timeout | undefined;
  #looking: Promise<void> = Promise.resolve();

  constructor(options: AdminSourcesOptions) {
    this.#options = options;
  }

  start(): void {
    this.#looking = this.#look().finally(() => {
      if (!this.#stopped.signal.aborted) this.#timer = setTimeout(() => this.start(), lookMillis);
    });
  }

  async stop(): Promise<void> {
    this.#stopped.abort();
    clearTimeout(this.#timer);
    await this.#looking;
  }

  /** Those that answer. */
  all(): readonly AdminSource[] {
    return [...this.#sources.values()].filter(({ index }) => index !== undefined);
  }

  /** Services that have something to say of a section, of which no process is among those that `answered`. */
  silent(section: AdminIndex['sections'][number], answered: readonly AdminSource[]): readonly string[] {
    const services = new Set<string>();
    for (const { resource, sections } of this.#sources.values()) {
      if (sections.includes(section)) services.add(resource.service);
    }
    for (const { resource } of answered) services.delete(resource.service);
    return [...services].sort();
  }

  /** @throws HoldfastError NOT_FOUND. */
  source(id: string): AdminSource {
    const source = this.#sources.get(id);
    if (source !== undefined) return source;
    throw consoleErrors.create('NOT_FOUND', {
      message: `no process ${id} has an admin endpoint that is known`,
    });
  }

  ofResource(resource: number): AdminSource | undefined {
    const source = this.#byResource.get(resource);
    return source?.index === undefined ? undefined : source;
  }

  /** Asks all that have something to say of a section; who does not answer is left out. */
  async ask<Answer>(
    section: AdminIndex['sections'][number],
    question: (source: AdminSource, signal: AbortSignal) => Promise<Answer>,
  ): Promise<{ readonly source: AdminSource; readonly answer: Answer }[]> {
    const asked = this.all().filter(({ index }) => index!.sections.includes(section));
    const answers = await Promise.all(
      asked.map(async (source) => {
        const signal = AbortSignal.any([this.#stopped.signal, AbortSignal.timeout(timeout)]);
        const answer = await question(source, signal).catch(() => undefined);
        return answer === undefined ? [] : [{ source, answer }];
      }),
    );
    return answers.flat();
  }

  async #look(): Promise<void> {
    this.#findSources();
    await Promise.all(
      [...this.#sources.values()].map(async (source) => {
        const signal = AbortSignal.any([this.#stopped.signal, AbortSignal.timeout(timeout)]);
        const index = await source.client.index(signal).catch(() => undefined);
        // Any server may stand at the address that was named.
        source.index = Array.isArray(index?.sections) ? index : undefined;
        source.sections = source.index?.sections ?? source.sections;
      }),
    );
  }

  #findSources(): void {
    const { book, ingest, now } = this.#options;
    for (const resource of book.resources) {
      if (resource === undefined) continue;
      const heard = (ingest.lastSeen.get(resource.id) ?? 0) > now() - silentMillis;
      const known = this.#byResource.get(resource.id);
      if (!heard) {
        if (known !== undefined) this.#sources.delete(known.id);
        this.#byResource.delete(resource.id);
      } else if (!this.#byResource.has(resource.id) && this.#sources.size < sourcesMax) {
        const source = this.#sourceOf(resource);
        this.#byResource.set(resource.id, source);
        if (source !== undefined) this.#sources.set(source.id, source);
      }
    }
  }

  #sourceOf(resource: Resource): AdminSource | undefined {
    const { [urlAttribute]: url, 'process.pid': pid } = JSON.parse(resource.attributesJson) as Record<
      string,
      unknown
    >;
    if (typeof url !== 'string') return undefined;
    try {
      const client = adminClient({ url });
      const actor = adminClient({ url, token: this.#options.token });
      const id = `${resource.service}-${pid ?? new URL(url).port}`;
      return { id, resource, client, actor, index: undefined, sections: [] };
    } catch {
      // Whoever sends telemetry could name any address: only those of loopback are asked.
      return undefined;
    }
  }
}
