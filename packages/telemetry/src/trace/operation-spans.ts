import type { OperationAttributes, OperationObserver, OperationScope } from '@holdfast/core';
import { type Context, type Span, SpanStatusCode, type Tracer } from '@opentelemetry/api';
import { ContextWithSpan, spanOf } from '../context/context-with-span.ts';
import { errorMessage, errorType } from './exception-attributes.ts';
import type { ActiveContexts } from './tracer.ts';

/**
 * Makes a span of every operation: for `observeOperations`. Attributes whose names have no dot are called
 * `holdfast.<name>`; an error becomes the span's status, and its code the attribute `error.type`.
 *
 * @param contexts - where `tracer` looks for the active context.
 */
export function operationSpans(tracer: Tracer, contexts: ActiveContexts): OperationObserver {
  return new OperationSpans(tracer, contexts);
}

class OperationSpans implements OperationObserver {
  readonly #tracer: Tracer;
  readonly #contexts: ActiveContexts;

  constructor(tracer: Tracer, contexts: ActiveContexts) {
    this.#tracer = tracer;
    this.#contexts = contexts;
  }

  enter(name: string, attributes: OperationAttributes): OperationScope | undefined {
    const context = this.#contexts.active();
    const span = this.#tracer.startSpan(name, undefined, context);
    if (span.isRecording()) span.setAttributes(named(attributes));
    // Inside of what is not recorded, another span that is not would only cost.
    else if (spanOf(context)?.isRecording() === false) return undefined;
    return new OperationSpan(this.#contexts, ContextWithSpan.of(context, span), span);
  }
}

class OperationSpan implements OperationScope {
  private readonly contexts: ActiveContexts;
  private readonly context: Context;
  private readonly span: Span;

  constructor(contexts: ActiveContexts, context: Context, span: Span) {
    this.contexts = contexts;
    this.context = context;
    this.span = span;
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
      span.setStatus({ code: SpanStatusCode.ERROR, message: errorMessage(error) });
    }
    span.end();
  }
}

function named(attributes: OperationAttributes | undefined): OperationAttributes {
  const renamed: Record<string, string | number | boolean> = {};
  for (const name in attributes) renamed[name.includes('.') ? name : `holdfast.${name}`] = attributes[name]!;
  return renamed;
}
