import { createRequire, isBuiltin, syncBuiltinESMExports } from 'node:module';
import type { TelemetryParts } from './assemble-parts.ts';
import type { InstrumentationLike } from './telemetry-options.ts';
import type { Undoing } from './undoing.ts';

const require = createRequire(import.meta.url);

/**
 * Hands instrumentations their providers and enables them. They patch a module when it is required: of Node's own modules, which
 * are loaded long since, that is done here, and shown to ES modules, which needs no loader hooks then.
 */
export function enableInstrumentations(
  instrumentations: readonly InstrumentationLike[],
  { loggers, meters, tracers }: TelemetryParts,
  undoing: Undoing,
): void {
  if (instrumentations.length === 0) return;
  // Taken back last, when all of them are disabled.
  undoing.add(syncBuiltinESMExports);
  for (const instrumentation of instrumentations) {
    instrumentation.setTracerProvider(tracers);
    instrumentation.setMeterProvider(meters);
    instrumentation.setLoggerProvider?.(loggers);
    instrumentation.enable();
    undoing.add(() => instrumentation.disable());
    for (const { name } of instrumentation.getModuleDefinitions?.() ?? []) if (isBuiltin(name)) require(name);
  }
  syncBuiltinESMExports();
}
