import { isHoldfastError } from '@holdfast/core';
import {
  type Attributes,
  context,
  propagation,
  type Span,
  SpanKind,
  SpanStatusCode,
  trace,
} from '@opentelemetry/api';

const tracer = trace.getTracer('shop');

/** What a span says of an HTTP request, in the words of OpenTelemetry's conventions. */
export interface SpannedRequest {
  readonly method: string;
  readonly path: string;
}

/** Answers a request within a span that goes on with its caller's trace. `work` gives the status of its answer. */
export function inServerSpan<A extends { readonly status: number }>(
  { method, path, headers }: SpannedRequest & { readonly headers: object },
  work: () => Promise<A>,
): Promise<A> {
  const from = propagation.extract(context.active(), headers);
  const span = tracer.startSpan(
    nameOf(method, path),
    { kind: SpanKind.SERVER, attributes: attributesOf(method, path) },
    from,
  );
  return context.with(trace.setSpan(from, span), async () => {
    try {
      const answer = await work();
      if (span.isRecording()) finish(span, answer.status, answer.status >= 500);
      return answer;
    } finally {
      span.end();
    }
  });
}

/** Makes a request to `target` within a span, and hands `send` the headers that tell the other side of it. */
export function inClientSpan<A>(
  { method, path, target, port }: SpannedRequest & { readonly target: string; readonly port: number },
  send: (headers: Readonly<Record<string, string>>, answered: (status: number) => void) => Promise<A>,
): Promise<A> {
  const attributes = {
    ...attributesOf(method, path),
    'peer.service': target,
    'server.address': '127.0.0.1',
    'server.port': port,
  };
  const span = tracer.startSpan(nameOf(method, path), { kind: SpanKind.CLIENT, attributes });
  const within = trace.setSpan(context.active(), span);
  const headers: Record<string, string> = {};
  propagation.inject(within, headers);
  return context.with(within, async () => {
    try {
      return await send(headers, (status) => finish(span, status, status >= 400));
    } catch (error) {
      // What was called off, as when a hedge was faster, has not failed.
      if (!isHoldfastError(error) || error.code !== 'ABORTED') {
        const message = error instanceof Error ? error.name : String(error);
        span.setStatus({ code: SpanStatusCode.ERROR, message });
      }
      throw error;
    } finally {
      span.end();
    }
  });
}

function finish(span: Span, status: number, failed: boolean): void {
  span.setAttribute('http.response.status_code', status);
  if (failed) span.setStatus({ code: SpanStatusCode.ERROR });
}

/** Orders and baskets have numbers of their own in the path: they make no name. */
function nameOf(method: string, path: string): string {
  return `${method} ${routeOf(path)}`;
}

function routeOf(path: string): string {
  const [first = ''] = path.slice(1).split(/[/?]/, 1);
  return `/${first}`;
}

function attributesOf(method: string, path: string): Attributes {
  return { 'http.request.method': method, 'http.route': routeOf(path), 'url.path': path };
}
