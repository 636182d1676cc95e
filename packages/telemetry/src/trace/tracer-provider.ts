import { platformWorld, type World } from '@holdfast/core';
import {
  type TracerProvider as ApiTracerProvider,
  context as contextApi,
  type Tracer,
  type TracerOptions,
} from '@opentelemetry/api';
import type { InstrumentationScope } from '../resource/resource.ts';
import { alwaysOn } from '../sampling/constant.ts';
import { parentBased } from '../sampling/parent-based.ts';
import type { Sampler } from '../sampling/sampler.ts';
import { EpochClock } from './epoch-clock.ts';
import { type HeldLimits, HeldTraces } from './held-traces.ts';
import { IdSource } from './ids.ts';
import { SampledSpans } from './sampled-spans.ts';
import { type SpanLimits, spanLimits } from './span-limits.ts';
import type { SpanSink } from './span-record.ts';
import type { SpanRecorder } from './span-recorder.ts';
import { type ActiveContexts, SpanTracer } from './tracer.ts';

export interface TracerProviderOptions {
  /** Where spans go when they have ended. */
  readonly sink: SpanSink;
  /** Default: every span, unless its parent of another process is not sampled. */
  readonly sampler?: Sampler;
  readonly limits?: Partial<SpanLimits>;
  /** How much is held back for samplers that wait for how a trace ends. */
  readonly held?: Partial<HeldLimits>;
  /** Where the active context is. Default: the manager that is registered with OpenTelemetry's API. */
  readonly contexts?: ActiveContexts;
  /** Where time and ids come from. Default: the platform's. */
  readonly world?: World;
}

/** Tracers of one that are kept, so that the same name gives the same one; further ones are made anew. */
const tracersMax = 1_000;

/** OpenTelemetry's tracers: register it with `trace.setGlobalTracerProvider`, or hand it to an instrumentation. */
export class TracerProvider implements ApiTracerProvider {
  readonly #recorder: SpanRecorder;
  readonly #contexts: ActiveContexts;
  readonly #tracers = new Map<string, Tracer>();

  /** @throws HoldfastError INVALID_ARGUMENT */
  constructor(options: TracerProviderOptions) {
    const { contexts = contextApi, held, limits, sampler, sink, world = platformWorld() } = options;
    this.#contexts = contexts;
    this.#recorder = {
      clock: new EpochClock(world.clock),
      ids: new IdSource(world.random),
      limits: spanLimits(limits ?? {}),
      sampler: sampler ?? parentBased(alwaysOn),
      held: new HeldTraces(held ?? {}, sink),
      sampledSpans: new SampledSpans(contexts),
      sink,
    };
  }

  /** Spans that were held back and found no room; see {@link TracerProviderOptions.held}. */
  get droppedHeld(): number {
    return this.#recorder.held.dropped;
  }

  /** Its sampled spans, for `MetricRegistry.exemplars`. */
  get sampledSpans(): SampledSpans {
    return this.#recorder.sampledSpans;
  }

  getTracer(name: string, version?: string, options?: TracerOptions): Tracer {
    const key = JSON.stringify([name, version, options?.schemaUrl]);
    const known = this.#tracers.get(key);
    if (known !== undefined) return known;
    const scope: InstrumentationScope = { name, version, schemaUrl: options?.schemaUrl };
    const tracer = new SpanTracer(this.#recorder, this.#contexts, scope);
    if (this.#tracers.size < tracersMax) this.#tracers.set(key, tracer);
    return tracer;
  }
}
