import { diag } from '@opentelemetry/api';
import type { OtlpExporterOptions, Signal } from './otlp-exporter-options.ts';

/** What OpenTelemetry calls the signals in its variables. */
const signalVariables: Readonly<Record<Signal, string>> = {
  spans: 'TRACES',
  logs: 'LOGS',
  metrics: 'METRICS',
};

/**
 * What the variables that OpenTelemetry specifies for exporters say: `OTEL_EXPORTER_OTLP_ENDPOINT`, `_HEADERS`, `_PROTOCOL`,
 * `_COMPRESSION` and `_TIMEOUT`, the endpoints of single signals, `OTEL_BSP_SCHEDULE_DELAY` and
 * `OTEL_BSP_MAX_EXPORT_BATCH_SIZE`. What cannot be used is told to `diag` and passed over.
 */
export function otlpOptionsFromEnvironment(
  environment: Readonly<Record<string, string | undefined>>,
): OtlpExporterOptions {
  const read = (name: string): string | undefined => environment[name]?.trim() || undefined;
  const endpoints = Object.fromEntries(
    Object.entries(signalVariables)
      .map(([signal, variable]) => [signal, read(`OTEL_EXPORTER_OTLP_${variable}_ENDPOINT`)])
      .filter(([, endpoint]) => endpoint !== undefined),
  ) as Partial<Record<Signal, string>>;
  const endpoint = read('OTEL_EXPORTER_OTLP_ENDPOINT');
  const headers = read('OTEL_EXPORTER_OTLP_HEADERS');
  const encoding = encodingOf(read('OTEL_EXPORTER_OTLP_PROTOCOL'));
  const compression = compressionOf(read('OTEL_EXPORTER_OTLP_COMPRESSION'));
  const timeout = wholeNumber(read, 'OTEL_EXPORTER_OTLP_TIMEOUT');
  const interval = wholeNumber(read, 'OTEL_BSP_SCHEDULE_DELAY');
  const batchItems = wholeNumber(read, 'OTEL_BSP_MAX_EXPORT_BATCH_SIZE');
  return {
    endpoints,
    ...(endpoint !== undefined && { endpoint }),
    ...(headers !== undefined && { headers: parseHeaders(headers) }),
    ...(encoding !== undefined && { encoding }),
    ...(compression !== undefined && { compression }),
    ...(timeout !== undefined && { timeout }),
    ...(interval !== undefined && { interval }),
    ...(batchItems !== undefined && { batchItems }),
  };
}

function encodingOf(protocol: string | undefined): OtlpExporterOptions['encoding'] {
  if (protocol === 'http/json') return 'json';
  if (protocol !== undefined && protocol !== 'http/protobuf') {
    diag.warn(`OTEL_EXPORTER_OTLP_PROTOCOL is ${protocol}, which is not spoken here: http/protobuf is used`);
  }
  return undefined;
}

function compressionOf(compression: string | undefined): OtlpExporterOptions['compression'] {
  if (compression === undefined || compression === 'gzip' || compression === 'none') return compression;
  diag.warn(`OTEL_EXPORTER_OTLP_COMPRESSION is ${compression}, but must be gzip or none: it is passed over`);
  return undefined;
}

/** `key=value,key2=value2`, percent-encoded like baggage. */
function parseHeaders(text: string): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const part of text.split(',')) {
    const at = part.indexOf('=');
    const key = part.slice(0, at).trim();
    const value = decoded(part.slice(at + 1).trim());
    if (at > 0 && key !== '' && value !== undefined) headers[key] = value;
    else diag.warn('OTEL_EXPORTER_OTLP_HEADERS has a part that is no key=value: it is passed over');
  }
  return headers;
}

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}

function wholeNumber(read: (name: string) => string | undefined, name: string): number | undefined {
  const text = read(name);
  if (text === undefined) return undefined;
  if (/^[1-9]\d{0,9}$/.test(text)) return Number(text);
  diag.warn(`${name} is ${text}, but must be a whole number from 1: it is passed over`);
  return undefined;
}
