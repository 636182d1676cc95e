import {
  type ContextManager,
  context,
  type MeterProvider,
  metrics,
  propagation,
  type TextMapPropagator,
  type TracerProvider,
  trace,
} from '@opentelemetry/api';
import { type LoggerProvider, logs } from '@opentelemetry/api-logs';
import { telemetryErrors } from '../telemetry-errors.ts';
import type { Undoing } from './undoing.ts';

/** What OpenTelemetry's API is to use. */
export interface ApiProviders {
  readonly contexts: ContextManager;
  readonly tracers: TracerProvider;
  readonly meters: MeterProvider;
  readonly loggers: LoggerProvider;
  readonly propagator: TextMapPropagator;
}

/** @throws HoldfastError TELEMETRY_STARTED when there are others already. */
export function registerApi(providers: ApiProviders, undoing: Undoing): void {
  const { contexts, loggers, meters, propagator, tracers } = providers;
  register('tracers', () => trace.setGlobalTracerProvider(tracers));
  undoing.add(() => trace.disable());
  register('contexts', () => context.setGlobalContextManager(contexts));
  undoing.add(() => context.disable());
  register('propagation', () => propagation.setGlobalPropagator(propagator));
  undoing.add(() => propagation.disable());
  register('meters', () => metrics.setGlobalMeterProvider(meters));
  undoing.add(() => metrics.disable());
  register('loggers', () => logs.setGlobalLoggerProvider(loggers) === loggers);
  undoing.add(() => logs.disable());
}

function register(what: string, set: () => boolean): void {
  if (set()) return;
  throw telemetryErrors.create('TELEMETRY_STARTED', {
    message: `OpenTelemetry's API has its ${what} already: start telemetry once in a process, and no other SDK beside it`,
    context: { what },
  });
}
