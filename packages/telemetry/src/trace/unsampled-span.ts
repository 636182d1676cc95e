import type { Span, SpanContext } from '@opentelemetry/api';
import type { SampledParent } from '../sampling/sampler.ts';
import type { LocalTrace } from './local-trace.ts';

/**
 * A span that is not recorded: it only carries its ids, and those only once somebody asks. It holds no parent, or a timer that sets
 * itself again inside of its span would hold all that were before.
 */
export class UnsampledSpan implements Span, SampledParent {
  readonly trace: LocalTrace;
  private context: SpanContext | undefined;

  constructor(trace: LocalTrace) {
    this.trace = trace;
    this.context = undefined;
  }

  get sampled(): boolean {
    return false;
  }

  get remote(): boolean {
    return false;
  }

  spanContext(): SpanContext {
    this.context ??= this.trace.spanContext(this.trace.ids.spanId(), false);
    return this.context;
  }

  isRecording(): boolean {
    return false;
  }

  setAttribute(): this {
    return this;
  }

  setAttributes(): this {
    return this;
  }

  addEvent(): this {
    return this;
  }

  addLink(): this {
    return this;
  }

  addLinks(): this {
    return this;
  }

  setStatus(): this {
    return this;
  }

  updateName(): this {
    return this;
  }

  recordException(): void {}

  end(): void {}
}
