import {
  type Attributes,
  type Exception,
  type Link,
  type Span,
  type SpanContext,
  type SpanKind,
  type SpanStatus,
  SpanStatusCode,
  type TimeInput,
} from '@opentelemetry/api';
import type { InstrumentationScope } from '../resource/resource.ts';
import type { SampledParent } from '../sampling/sampler.ts';
import { BoundedAttributes } from './bounded-attributes.ts';
import { exceptionAttributes } from './exception-attributes.ts';
import { hexadecimal, wordAt } from './ids.ts';
import type { LocalTrace } from './local-trace.ts';
import type { RemoteParent } from './remote-parent.ts';
import type { SpanEvent, SpanLinkRecord, SpanRecord } from './span-record.ts';
import type { SpanRecorder } from './span-recorder.ts';
import { microsOf } from './time-input.ts';
import type { UnsampledSpan } from './unsampled-span.ts';

const none: readonly never[] = Object.freeze([]);
const unset: SpanStatus = Object.freeze({ code: SpanStatusCode.UNSET });
const running = -1;

/** What a span may lie in. */
export type Parent = RecordedSpan | UnsampledSpan | RemoteParent;

/** A span that is recorded. Once it has ended, nothing changes it any more, and it is what exporters take. */
export class RecordedSpan implements Span, SpanRecord, SampledParent {
  readonly scope: InstrumentationScope;
  readonly trace: LocalTrace;
  /** Its id in two words: in digits only for who asks. */
  readonly idHigh: number;
  readonly idLow: number;
  readonly hasParent: boolean;
  /** The parent's id, and zeros where there is none. */
  readonly parentHigh: number;
  readonly parentLow: number;
  readonly parentIsRemote: boolean;
  readonly sampled: boolean;
  readonly kind: SpanKind;
  readonly start: number;
  name: string;
  duration: number;
  status: SpanStatus;
  events: SpanEvent[] | readonly never[];
  links: SpanLinkRecord[] | readonly never[];
  droppedEvents: number;
  droppedLinks: number;
  private readonly recorder: SpanRecorder;
  private readonly ownAttributes: BoundedAttributes;
  private ownContext: SpanContext | undefined;

  constructor(
    recorder: SpanRecorder,
    scope: InstrumentationScope,
    trace: LocalTrace,
    parent: Parent | undefined,
    sampled: boolean,
    name: string,
    kind: SpanKind,
    start: number,
  ) {
    this.scope = scope;
    this.trace = trace;
    this.idHigh = trace.ids.word();
    this.idLow = trace.ids.wordAfter(this.idHigh);
    this.hasParent = parent !== undefined;
    if (parent === undefined) {
      this.parentHigh = 0;
      this.parentLow = 0;
    } else if (parent instanceof RecordedSpan) {
      this.parentHigh = parent.idHigh;
      this.parentLow = parent.idLow;
    } else {
      const { spanId } = parent.spanContext();
      this.parentHigh = wordAt(spanId, 0);
      this.parentLow = wordAt(spanId, 8);
    }
    this.parentIsRemote = parent?.remote === true;
    this.sampled = sampled;
    this.kind = kind;
    this.start = start;
    this.name = name;
    this.duration = running;
    this.status = unset;
    this.events = none;
    this.links = none;
    this.droppedEvents = 0;
    this.droppedLinks = 0;
    this.recorder = recorder;
    this.ownAttributes = new BoundedAttributes();
    this.ownContext = undefined;
    if (sampled) recorder.sampledSpans.open += 1;
  }

  get remote(): boolean {
    return false;
  }

  get context(): SpanContext {
    this.ownContext ??= this.trace.spanContext(this.spanId, this.sampled);
    return this.ownContext;
  }

  get traceId(): string {
    return this.trace.traceId;
  }

  get spanId(): string {
    return hexadecimal(this.idHigh, this.idLow);
  }

  get parentId(): string | undefined {
    return this.hasParent ? hexadecimal(this.parentHigh, this.parentLow) : undefined;
  }

  get traceFlags(): number {
    return this.sampled ? this.trace.flags | 1 : this.trace.flags;
  }

  get attributes(): Attributes {
    return this.ownAttributes.values;
  }

  get droppedAttributes(): number {
    return this.ownAttributes.dropped;
  }

  /** Whether it is the first of its trace in this process. */
  private get isFirst(): boolean {
    return !this.hasParent || this.parentIsRemote;
  }

  spanContext(): SpanContext {
    return this.context;
  }

  isRecording(): boolean {
    return this.duration === running;
  }

  setAttribute(key: string, value: unknown): this {
    if (this.duration === running) this.ownAttributes.set(key, value, this.recorder.limits);
    return this;
  }

  setAttributes(attributes: Attributes): this {
    if (this.duration === running) this.ownAttributes.setAll(attributes, this.recorder.limits);
    return this;
  }

  addEvent(name: string, attributesOrTime?: Attributes | TimeInput, time?: TimeInput): this {
    const attributes = isTimeInput(attributesOrTime) ? undefined : attributesOrTime;
    this.addEventAt(name, attributes, isTimeInput(attributesOrTime) ? attributesOrTime : time);
    return this;
  }

  addLink({ context, attributes }: Link): this {
    if (this.duration !== running) return this;
    if (this.links.length >= this.recorder.limits.links) {
      this.droppedLinks += 1;
      return this;
    }
    const bounded = this.boundedAttributes(attributes);
    const link = { context, attributes: bounded.values, droppedAttributes: bounded.dropped };
    if (this.links === none) this.links = [link];
    else (this.links as SpanLinkRecord[]).push(link);
    return this;
  }

  addLinks(links: readonly Link[]): this {
    for (const link of links) this.addLink(link);
    return this;
  }

  /** What was found to be well stays so; only an error keeps its message. */
  setStatus({ code, message }: SpanStatus): this {
    if (this.duration !== running || code === SpanStatusCode.UNSET) return this;
    if (this.status.code === SpanStatusCode.OK) return this;
    const keepsMessage = code === SpanStatusCode.ERROR && typeof message === 'string' && message !== '';
    this.status = keepsMessage
      ? { code, message: message.slice(0, this.recorder.limits.attributeLength) }
      : { code };
    return this;
  }

  updateName(name: string): this {
    if (this.duration === running) this.name = name;
    return this;
  }

  recordException(exception: Exception, time?: TimeInput): void {
    this.addEventAt('exception', exceptionAttributes(exception), time);
  }

  /** Only the first end counts. */
  end(time?: TimeInput): void {
    if (this.duration !== running) return;
    this.duration = Math.max(0, this.timeOf(time) - this.start);
    if (this.sampled) this.recorder.sampledSpans.open -= 1;
    const { held } = this.trace;
    if (this.sampled || held === undefined) this.recorder.sink.addSpan(this);
    else this.recorder.held.ended(held, this, this.isFirst);
  }

  private addEventAt(name: string, attributes: Attributes | undefined, time: TimeInput | undefined): void {
    if (this.duration !== running) return;
    const { limits } = this.recorder;
    if (limits.events === 0) {
      this.droppedEvents += 1;
      return;
    }
    const { values, dropped } = this.boundedAttributes(attributes);
    const event = { name, time: this.timeOf(time), attributes: values, droppedAttributes: dropped };
    if (this.events === none) this.events = [];
    const events = this.events as SpanEvent[];
    if (events.length >= limits.events) {
      events.shift();
      this.droppedEvents += 1;
    }
    events.push(event);
  }

  private boundedAttributes(attributes: Attributes | undefined): BoundedAttributes {
    const bounded = new BoundedAttributes();
    if (attributes !== undefined) bounded.setAll(attributes, this.recorder.limits);
    return bounded;
  }

  private timeOf(time: TimeInput | undefined): number {
    const { offset } = this.trace;
    return time === undefined ? this.recorder.clock.now() + offset : microsOf(time, offset);
  }
}

function isTimeInput(value: Attributes | TimeInput | undefined): value is TimeInput {
  return typeof value === 'number' || value instanceof Date || Array.isArray(value);
}
