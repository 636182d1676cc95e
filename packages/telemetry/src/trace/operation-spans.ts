import type { OperationAttributes, OperationObserver, OperationOrigin, OperationScope } from '@holdfast/core';
import { type Context, type Span, SpanKind, SpanStatusCode, type Tracer } from '@opentelemetry/api';
import { ContextWithSpan, spanOf } from '../context/context-with-span.ts';
import type { ExemplarSpan } from '../exemplars/exemplar.ts';
import { contextFrom, traceparentOf } from '../propagation/trace-context.ts';
import { errorType } from '../red/error-type.ts';
import { errorMessage } from './exception-attributes.ts';
import { sampledOf } from './sampled-spans.ts';
import type { ActiveContexts } from './tracer.ts';

export interface OperationSpansOptions {
  readonly tracer: Tracer;
  /** Where it looks for the active context. */
  readonly contexts: ActiveContexts;
  /** Whether the message of an error is told: it may hold values of users. Default false. */
  readonly errorMessages?: boolean;
}

/**
 * Makes a span of every operation: for `observeOperations`. Attributes whose names have no dot are called
 * `holdfast.<name>`; an operation that failed has the status of an error, with the attribute `error.type`. One with the
 * attribute `db.system.name` is a client's call of another system. It is traced where it is part of something, as those are
 * that say so (`partOnly`): what a process does in the background would make a trace of each call. One that serves a request
 * of another process (`traceparent`) goes on with its trace as the span of a server.
 */
export function operationSpans(options: OperationSpansOptions): OperationObserver {
  return new OperationSpans(options);
}

class OperationSpans implements OperationObserver {
  readonly #tracer: Tracer;
  readonly #contexts: ActiveContexts;
  readonly #errorMessages: boolean;

  constructor({ contexts, errorMessages = false, tracer }: OperationSpansOptions) {
    this.#tracer = tracer;
    this.#contexts = contexts;
    this.#errorMessages = errorMessages;
  }

  enter(name: string, attributes: OperationAttributes, origin?: OperationOrigin): OperationScope | undefined {
    const active = this.#contexts.active();
    const served = origin?.traceparent;
    const context = served === undefined ? active : contextFrom(active, served);
    const calls = 'db.system.name' in attributes;
    const part = calls || served !== undefined || origin?.partOnly === true;
    if (context === undefined || (part && spanOf(context) === undefined)) return undefined;
    const kind = served !== undefined ? server : calls ? client : undefined;
    const span = this.#tracer.startSpan(name, kind, context);
    if (span.isRecording()) setAttributes(span, attributes);
    // Inside of what is not recorded, another span that is not would only cost.
    else if (spanOf(context)?.isRecording() === false) return undefined;
    const own = ContextWithSpan.of(context, span);
    return new OperationSpan(this.#contexts, own, span, this.#errorMessages);
  }
}

/** The span of an operation that {@link operationSpans} watches, where it is sampled. */
export function sampledSpanOf(scope: OperationScope | undefined): ExemplarSpan | undefined {
  return scope instanceof OperationSpan ? scope.sampled : undefined;
}

const client = { kind: SpanKind.CLIENT };
const server = { kind: SpanKind.SERVER };

class OperationSpan implements OperationScope {
  private readonly contexts: ActiveContexts;
  private readonly context: Context;
  private readonly span: Span;
  private readonly errorMessages: boolean;

  constructor(contexts: ActiveContexts, context: Context, span: Span, errorMessages: boolean) {
    this.contexts = contexts;
    this.context = context;
    this.span = span;
    this.errorMessages = errorMessages;
  }

  get traceparent(): string | undefined {
    return this.span.isRecording() ? traceparentOf(this.span.spanContext()) : undefined;
  }

  get sampled(): ExemplarSpan | undefined {
    return this.span.isRecording() ? sampledOf(this.span) : undefined;
  }

  bind<T>(fn: () => T): T {
    return this.contexts.with(this.context, fn) as T;
  }

  set(attributes: OperationAttributes): void {
    if (this.span.isRecording()) setAttributes(this.span, attributes);
  }

  event(name: string, attributes?: OperationAttributes): void {
    if (this.span.isRecording()) this.span.addEvent(name, named(attributes));
  }

  exit(error: unknown): void {
    const { span } = this;
    if (error !== undefined && span.isRecording()) {
      span.setAttribute('error.type', errorType(error));
      span.setStatus({
        code: SpanStatusCode.ERROR,
        ...(this.errorMessages && { message: errorMessage(error) }),
      });
    }
    span.end();
  }
}

function setAttributes(span: Span, attributes: OperationAttributes): void {
  for (const name in attributes) span.setAttribute(nameOnSpan(name), attributes[name]!);
}

function named(attributes: OperationAttributes | undefined): OperationAttributes {
  const renamed: Record<string, string | number | boolean> = {};
  for (const name in attributes) renamed[nameOnSpan(name)] = attributes[name]!;
  return renamed;
}

/** Names stand in code, so they are few; should somebody make them up, they are not kept. */
const namesMax = 1_000;
const namesOnSpans = new Map<string, string>();

function nameOnSpan(name: string): string {
  let onSpan = namesOnSpans.get(name);
  if (onSpan === undefined) {
    onSpan = name.includes('.') ? name : `holdfast.${name}`;
    if (namesOnSpans.size < namesMax) namesOnSpans.set(name, onSpan);
  }
  return onSpan;
}
