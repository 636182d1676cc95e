import { type Context, createContextKey, ROOT_CONTEXT, type Span, trace } from '@opentelemetry/api';

/** Under which the API keeps the span of a context: it has no name for it, but asks for it. */
const spanKey: symbol = keyAskedFor((context) => trace.getSpan(context));

/** Under which the SDKs of OpenTelemetry for JavaScript say that nothing is to be traced. */
const suppressedKey: symbol = createContextKey('OpenTelemetry SDK Context Key SUPPRESS_TRACING');

/**
 * A context whose span is a field. The API's own contexts copy a map for each value; a span is what changes most, and what is
 * read most.
 */
export class ContextWithSpan implements Context {
  readonly span: Span | undefined;
  /** Whether nothing is to be traced here. */
  readonly suppressed: boolean;
  /** All other values. */
  private readonly others: Context;

  private constructor(others: Context, span: Span | undefined, suppressed: boolean) {
    this.others = others;
    this.span = span;
    this.suppressed = suppressed;
  }

  /** `context` with `span` as its span. */
  static of(context: Context, span: Span): ContextWithSpan {
    return context instanceof ContextWithSpan
      ? new ContextWithSpan(context.others, span, context.suppressed)
      : new ContextWithSpan(context, span, context !== ROOT_CONTEXT && isTracingSuppressed(context));
  }

  getValue(key: symbol): unknown {
    return key === spanKey ? this.span : this.others.getValue(key);
  }

  setValue(key: symbol, value: unknown): Context {
    if (key === spanKey) {
      return new ContextWithSpan(this.others, value as Span | undefined, this.suppressed);
    }
    const suppressed = key === suppressedKey ? value === true : this.suppressed;
    return new ContextWithSpan(this.others.setValue(key, value), this.span, suppressed);
  }

  deleteValue(key: symbol): Context {
    if (key === spanKey) return new ContextWithSpan(this.others, undefined, this.suppressed);
    const suppressed = key === suppressedKey ? false : this.suppressed;
    return new ContextWithSpan(this.others.deleteValue(key), this.span, suppressed);
  }
}

/** The span of any context. */
export function spanOf(context: Context): Span | undefined {
  if (context instanceof ContextWithSpan) return context.span;
  return context === ROOT_CONTEXT ? undefined : trace.getSpan(context);
}

/** `context` with tracing switched off: an exporter's requests are not to be traced, or each would make another. */
export function suppressTracing(context: Context): Context {
  return context.setValue(suppressedKey, true);
}

export function isTracingSuppressed(context: Context): boolean {
  if (context instanceof ContextWithSpan) return context.suppressed;
  return context.getValue(suppressedKey) === true;
}

function keyAskedFor(ask: (context: Context) => unknown): symbol {
  let asked: symbol | undefined;
  const probe: Context = {
    getValue(key) {
      asked = key;
      return undefined;
    },
    setValue: () => probe,
    deleteValue: () => probe,
  };
  ask(probe);
  return asked as unknown as symbol;
}
