import { DiagConsoleLogger, DiagLogLevel, diag } from '@opentelemetry/api';
import type { Environment } from './environment.ts';
import type { Undoing } from './undoing.ts';

/**
 * Where `OTEL_LOG_LEVEL` names a level (`error`, `warn`, `info` ...), writes what telemetry says of itself to the console, such as
 * that nobody listens where it sends to.
 */
export function showDiagnostics(environment: Environment, undoing: Undoing): void {
  const name = environment['OTEL_LOG_LEVEL']?.trim().toUpperCase() ?? '';
  const logLevel = DiagLogLevel[name as keyof typeof DiagLogLevel] as DiagLogLevel | undefined;
  if (logLevel === undefined) return;
  diag.setLogger(new DiagConsoleLogger(), { logLevel, suppressOverrideMessage: true });
  undoing.add(() => diag.disable());
}
