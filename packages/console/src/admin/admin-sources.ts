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
  readonly book: Pick<ShapeBook, 'resources'>;
  readonly ingest: Pick<Ingest, 'lastSeen'>;
  /** What processes ask for before they act. */
  readonly token: string | undefined;
  /** Milliseconds since the Unix epoch. */
  readonly now: () => number;
  /** What {@link AdminSourcesOptions.changed} was told last, by a console before this one; what does not look like that is none. */
  readonly restored?: unknown;
  /** Told all that is known whenever it changes, to be kept as JSON. */
  readonly changed?: (known: unknown) => void;
}

/** An endpoint as it is kept: whose it is, where, and what it had to say. */
interface KnownEndpoint {
  readonly service: string;
  readonly instance: string;
  readonly url: string;
  readonly sections: AdminIndex['sections'];
}

const urlAttribute = 'holdfast.admin.url';
const pidAttribute = 'process.pid';
const lookMillis = 5_000;
/** Who was not heard of, and did not answer, for so long is not asked any more. */
const silentMillis = 60_000;
const sourcesMax = 200;
const timeout = 2_000;

/**
 * The processes that can be asked for what they are doing, by the attribute `holdfast.admin.url` of their telemetry. Those that a
 * console before this one knew are asked again, whether or not they send anything.
 */
export class AdminSources {
  readonly #options: AdminSourcesOptions;
  readonly #sources = new Map<string, AdminSource>();
  readonly #byResource = new Map<number, AdminSource | undefined>();
  /** When a resource answered as itself last, by its id. */
  readonly #answered = new Map<number, number>();
  readonly #stopped = new AbortController();
  #timer: NodeJS.Timeout | undefined;
  #looking: Promise<void> = Promise.resolve();
  #known = '[]';

  constructor(options: AdminSourcesOptions) {
    this.#options = options;
    this.#restore(options.restored);
  }

  start(): void {
    this.#looking = this.look().finally(() => {
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

  /** Asks all who they are: those that were heard of lately, or answered. */
  async look(): Promise<void> {
    this.#findSources();
    await Promise.all(
      [...this.#sources.values()].map(async (source) => {
        const signal = AbortSignal.any([this.#stopped.signal, AbortSignal.timeout(timeout)]);
        const index = await source.client.index(signal).catch(() => undefined);
        if (index === undefined) source.index = undefined;
        else this.#heardFrom(source, index);
      }),
    );
    this.#tellChange();
  }

  /** Any server may stand at the address that was named, and another process since. */
  #heardFrom(source: AdminSource, index: AdminIndex): void {
    const { resource } = source;
    const isItself = Array.isArray(index.sections) && isOf(index, resource);
    source.index = isItself ? index : undefined;
    source.sections = isItself ? index.sections : [];
    if (isItself) this.#answered.set(resource.id, this.#options.now());
    else this.#answered.delete(resource.id);
  }

  #findSources(): void {
    const { book, ingest, now } = this.#options;
    for (const resource of book.resources) {
      if (resource === undefined) continue;
      const heard = Math.max(ingest.lastSeen.get(resource.id) ?? 0, this.#answered.get(resource.id) ?? 0);
      if (heard <= now() - silentMillis) this.#forget(resource);
      else this.#addSource(resource);
    }
  }

  #addSource(resource: Resource): AdminSource | undefined {
    if (this.#byResource.has(resource.id) || this.#sources.size >= sourcesMax) return undefined;
    const source = this.#sourceOf(resource);
    this.#byResource.set(resource.id, source);
    if (source !== undefined) this.#sources.set(source.id, source);
    return source;
  }

  #forget({ id }: Resource): void {
    const known = this.#byResource.get(id);
    if (known !== undefined && this.#sources.get(known.id) === known) this.#sources.delete(known.id);
    this.#byResource.delete(id);
    this.#answered.delete(id);
  }

  /** Takes up what was known before: it has as long to answer as who was heard of just now. */
  #restore(restored: unknown): void {
    if (!isKnown(restored)) return;
    this.#known = JSON.stringify(restored);
    const sections = new Map(restored.map((known) => [keyOf(known), known.sections]));
    for (const resource of this.#options.book.resources) {
      if (resource === undefined) continue;
      const known = sections.get(keyOf({ ...resource, url: attributesOf(resource)[urlAttribute] }));
      const source = known && this.#addSource(resource);
      if (source === undefined) continue;
      source.sections = known!;
      this.#answered.set(resource.id, this.#options.now());
    }
  }

  #tellChange(): void {
    const known = [...this.#sources.values()].flatMap(({ resource, sections }): KnownEndpoint[] => {
      const { service, instance } = resource;
      const url = attributesOf(resource)[urlAttribute] as string;
      return sections.length === 0 ? [] : [{ service, instance, url, sections }];
    });
    const text = JSON.stringify(known);
    if (text === this.#known) return;
    this.#known = text;
    this.#options.changed?.(known);
  }

  #sourceOf(resource: Resource): AdminSource | undefined {
    const { [urlAttribute]: url, [pidAttribute]: pid } = attributesOf(resource);
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

function attributesOf({ attributesJson }: Resource): Record<string, unknown> {
  return JSON.parse(attributesJson) as Record<string, unknown>;
}

/** Whether who answers is who sent the telemetry, as far as both tell. */
function isOf({ service, pid }: Partial<AdminIndex>, resource: Resource): boolean {
  const told = attributesOf(resource)[pidAttribute];
  return service === resource.service && (told === undefined || pid === undefined || Number(told) === pid);
}

function keyOf({
  service,
  instance,
  url,
}: Readonly<Record<'service' | 'instance' | 'url', unknown>>): string {
  return JSON.stringify([service, instance, url]);
}

function isKnown(value: unknown): value is readonly KnownEndpoint[] {
  return Array.isArray(value) && value.every((each) => Array.isArray(each?.sections));
}
