import { randomUUID } from 'node:crypto';
import { arch, hostname, type } from 'node:os';
import { type Attributes, diag } from '@opentelemetry/api';
import type { Resource } from './resource.ts';

export interface ProcessResourceOptions {
  readonly service?: string;
  readonly version?: string;
  readonly instance?: string;
  /** Over all others. */
  readonly attributes?: Attributes;
}

/** What `OTEL_RESOURCE_ATTRIBUTES` may hold, characters. */
const listLengthMax = 8_192;

/** This process by OpenTelemetry's semantic conventions, with its name and version, and where it runs. */
export function processResource(
  { attributes, instance, service, version }: ProcessResourceOptions,
  environment: Readonly<Record<string, string | undefined>>,
): Resource {
  const told = listed(environment['OTEL_RESOURCE_ATTRIBUTES'] ?? '');
  const name = service ?? (environment['OTEL_SERVICE_NAME'] || undefined);
  return {
    attributes: {
      'service.name': 'unknown_service:node',
      'service.instance.id': randomUUID(),
      'host.name': hostname(),
      'host.arch': arch(),
      'os.type': type().toLowerCase(),
      'process.pid': process.pid,
      'process.runtime.name': 'nodejs',
      'process.runtime.version': process.versions.node,
      'telemetry.sdk.name': 'holdfast',
      'telemetry.sdk.language': 'nodejs',
      ...told,
      ...(name !== undefined && { 'service.name': name }),
      ...(version !== undefined && { 'service.version': version }),
      ...(instance !== undefined && { 'service.instance.id': instance }),
      ...attributes,
    },
  };
}

/** `key=value` pairs with commas between them, values percent-encoded. All of them or, where one is none, nothing. */
function listed(list: string): Attributes {
  const attributes: Attributes = {};
  try {
    if (list.length > listLengthMax) throw new RangeError(`it is longer than ${listLengthMax} characters`);
    for (const pair of list.split(',')) {
      if (pair.trim() === '') continue;
      const equals = pair.indexOf('=');
      if (equals <= 0) throw new SyntaxError(`${pair.trim()} is no key=value`);
      attributes[pair.slice(0, equals).trim()] = decodeURIComponent(pair.slice(equals + 1).trim());
    }
    return attributes;
  } catch (error) {
    diag.warn(`OTEL_RESOURCE_ATTRIBUTES is passed over: ${(error as Error).message}`);
    return {};
  }
}
