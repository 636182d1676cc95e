import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Duration } from '@holdfast/core';
import { UsageError } from '../usage-error.ts';

/** What `holdfast console` was told. */
export interface ConsoleFlags {
  readonly port: number;
  readonly dataDir: string;
  /** Undefined for the usual one, unless it is taken. */
  readonly otlpGrpcPort: number | false | undefined;
  readonly otlpHttpPort: number | false | undefined;
  readonly tokenFile: string;
  readonly adminToken: string | undefined;
  readonly retention: Duration;
  readonly storedBytesMax: number | undefined;
  /** Files and folders of recorded telemetry to begin with. */
  readonly imports: readonly string[];
  readonly importPace: 'fast' | 'recorded';
  readonly importTime: 'now' | 'recorded';
}

const text = { type: 'string' } as const;
const options = {
  port: text,
  'data-dir': text,
  'otlp-grpc-port': text,
  'otlp-http-port': text,
  'token-file': text,
  retention: text,
  'stored-bytes': text,
  import: { type: 'string', multiple: true },
  'import-pace': text,
  'import-time': text,
  help: { type: 'boolean', short: 'h' },
} as const;

/** @throws UsageError. */
export function consoleFlags(
  args: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
): ConsoleFlags | 'help' {
  const values = parsed(args);
  if (values.help === true) return 'help';
  const dataDir = values['data-dir'] ?? join('.holdfast', 'console');
  return {
    port: portOf('--port', values.port) ?? 7400,
    dataDir,
    otlpGrpcPort: portOrOff('--otlp-grpc-port', values['otlp-grpc-port']),
    otlpHttpPort: portOrOff('--otlp-http-port', values['otlp-http-port']),
    tokenFile: values['token-file'] ?? join(dataDir, 'token'),
    adminToken: environment['HOLDFAST_ADMIN_TOKEN'] || undefined,
    retention: (values.retention ?? '7d') as Duration,
    storedBytesMax: wholeNumber('--stored-bytes', values['stored-bytes'], 64 * 2 ** 20, 2 ** 50),
    imports: values.import ?? [],
    importPace: oneOf('--import-pace', values['import-pace'] ?? 'fast', ['fast', 'recorded']),
    importTime: oneOf('--import-time', values['import-time'] ?? 'now', ['now', 'recorded']),
  };
}

function parsed(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options, strict: true }).values;
  } catch (error) {
    throw new UsageError(`${(error as Error).message}; 'holdfast console --help' lists the options`);
  }
}

function portOrOff(flag: string, value: string | undefined): number | false | undefined {
  return value === 'off' ? false : portOf(flag, value);
}

function portOf(flag: string, value: string | undefined): number | undefined {
  return wholeNumber(flag, value, 0, 65_535);
}

function wholeNumber(flag: string, value: string | undefined, min: number, max: number): number | undefined {
  if (value === undefined) return undefined;
  const number = Number(value);
  if (value.trim() !== '' && Number.isInteger(number) && number >= min && number <= max) return number;
  throw new UsageError(`${flag} is '${value}', but must be a whole number from ${min} to ${max}`);
}

function oneOf<Word extends string>(flag: string, value: string, words: readonly Word[]): Word {
  const word = words.find((each) => each === value);
  if (word !== undefined) return word;
  throw new UsageError(`${flag} is '${value}', but must be ${words.join(' or ')}`);
}
