import type { OperationAttributes, OperationObserver, OperationScope } from '@holdfast/core';
import { type Context, type Span, SpanKind, SpanStatusCode, type Tracer } from '@opentelemetry/api';
import { ContextWithSpan, spanOf } from '../context/context-with-span.ts';
import { errorType } from '../red/error-type.ts';
import { errorMessage } from './exception-attributes.ts';
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
 * attribute `db.system.name` is a client's call of another system, and is traced where it is part of something: what a
 * process does in the background would make a trace of each call.
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

  enter(name: string, attributes: OperationAttributes): OperationScope | undefined {
    const context = this.#contexts.active();
    const calls = 'db.system.name' in attributes;
    if (calls && spanOf(context) === undefined) return undefined;
    const span = this.#tracer.startSpan(name, calls ? client : undefined, context);
    if (span.isRecording()) span.setAttributes(named(attributes));
    // Inside of what is not recorded, another span that is not would only cost.
    else if (spanOf(context)?.isRecording() === false) return undefined;
    const own = ContextWithSpan.of(context, span);
    return new OperationSpan(this.#contexts, own, span, this.#errorMessages);
  }
}

const client = { kind: SpanKind.CLIENT };

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

  bind<T>(fn: () => T): T {
    return this.contexts.with(this.context, fn) as T;
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

function named(attributes: OperationAttributes | undefined): OperationAttributes {
  const renamed: Record<string, string | number | boolean> = {};
  for (const name in attributes) renamed[name.includes('.') ? name : `holdfast.${name}`] = attributes[name]!;
  return renamed;
}
