import type { AttributeValue, Span, SpanKind, SpanLink, SpanStatus } from '@holdfast/insight';
import type { Shape } from './shape-book.ts';

export const spanKinds: readonly SpanKind[] = [
  'internal',
  'internal',
  'server',
  'client',
  'producer',
  'consumer',
];
export const spanStatuses: readonly SpanStatus[] = ['unset', 'ok', 'error'];

/** A span as it lies in the store: its attributes and links are read when somebody asks for them. */
export class StoredSpan implements Span {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentId: string | undefined;
  readonly shape: Shape;
  readonly status: SpanStatus;
  readonly start: number;
  readonly duration: number;
  readonly #attributes: string | null;
  readonly #links: string | null;

  constructor(row: {
    readonly traceId: string;
    readonly spanId: string;
    readonly parentId: string | undefined;
    readonly shape: Shape;
    readonly status: SpanStatus;
    readonly start: number;
    readonly duration: number;
    readonly attributes: string | null;
    readonly links: string | null;
  }) {
    this.traceId = row.traceId;
    this.spanId = row.spanId;
    this.parentId = row.parentId;
    this.shape = row.shape;
    this.status = row.status;
    this.start = row.start;
    this.duration = row.duration;
    this.#attributes = row.attributes;
    this.#links = row.links;
  }

  get service(): string {
    return this.shape.resource.service;
  }

  get instance(): string | undefined {
    return this.shape.resource.instance || undefined;
  }

  get version(): string | undefined {
    return this.shape.resource.version || undefined;
  }

  get operation(): string {
    return this.shape.name;
  }

  get kind(): SpanKind {
    return spanKinds[this.shape.kind]!;
  }

  get peer(): string | undefined {
    return this.shape.peer || undefined;
  }

  get attributes(): Readonly<Record<string, AttributeValue>> {
    return this.#attributes === null ? {} : JSON.parse(this.#attributes);
  }

  get links(): readonly SpanLink[] {
    return this.#links === null ? [] : JSON.parse(this.#links);
  }
}
