import { type Duration, invalidArgument, toMillis, toPositiveMicros } from '@holdfast/core';

/** The three kinds of telemetry. */
export type Signal = 'spans' | 'logs' | 'metrics';

export interface OtlpExporterOptions {
  /** Where OTLP is received over HTTP; `/v1/traces` and the like are added to it. Default `http://localhost:4318`. */
  readonly endpoint?: string;
  /** Where one signal is received instead, in full. */
  readonly endpoints?: Partial<Readonly<Record<Signal, string>>>;
  /** Default `protobuf`. */
  readonly encoding?: 'protobuf' | 'json';
  /** Default `gzip`. */
  readonly compression?: 'gzip' | 'none';
  /** Sent with each request. */
  readonly headers?: Readonly<Record<string, string>>;
  /** How long spans and logs may wait for others to be sent with. Default 1 s. */
  readonly interval?: Duration;
  /** Spans or logs in a request, at most: fewer where they take a megabyte. Default 2,048. */
  readonly batchItems?: number;
  /** Spans, logs or points that may wait for the receiver, of each signal. Default 65,536. Beyond, the oldest are dropped. */
  readonly queueItems?: number;
  /** Bytes that may wait for it, of each signal. Default 16 MiB. Beyond, the oldest are dropped. */
  readonly queueBytes?: number;
  /** For one attempt. Default 10 s. */
  readonly timeout?: Duration;
  /** How long a request that may be repeated is, before it is dropped. Default 2 min. */
  readonly retryTime?: Duration;
}

/** The same, checked and with its defaults. Times are milliseconds. */
export interface OtlpExporterSettings {
  readonly urls: Readonly<Record<Signal, URL>>;
  readonly encoding: 'protobuf' | 'json';
  readonly compression: 'gzip' | 'none';
  readonly headers: Readonly<Record<string, string>>;
  readonly interval: number;
  readonly batchItems: number;
  readonly queueItems: number;
  readonly queueBytes: number;
  readonly timeout: number;
  readonly retryTime: number;
}

const paths: Readonly<Record<Signal, string>> = {
  spans: 'v1/traces',
  logs: 'v1/logs',
  metrics: 'v1/metrics',
};

/** @throws HoldfastError INVALID_ARGUMENT. */
export function otlpExporterSettings(options: OtlpExporterOptions): OtlpExporterSettings {
  const { compression = 'gzip', encoding = 'protobuf', endpoint, endpoints = {} } = options;
  const { batchItems = 2_048, queueBytes = 16_777_216, queueItems = 65_536 } = options;
  for (const [field, value] of Object.entries({ batchItems, queueBytes, queueItems })) {
    if (!(Number.isSafeInteger(value) && value > 0)) {
      throw invalidArgument(field, value, 'a whole number from 1');
    }
  }
  if (!['protobuf', 'json'].includes(encoding)) {
    throw invalidArgument('encoding', encoding, "'protobuf' or 'json'");
  }
  if (!['gzip', 'none'].includes(compression)) {
    throw invalidArgument('compression', compression, "'gzip' or 'none'");
  }
  const url = (signal: Signal): URL => {
    const own = endpoints[signal];
    return own === undefined ? underBase(endpoint, paths[signal]) : parseUrl(own, `endpoints.${signal}`);
  };
  return {
    urls: { spans: url('spans'), logs: url('logs'), metrics: url('metrics') },
    encoding,
    compression,
    headers: { ...options.headers },
    interval: millis(options.interval ?? '1s', 'interval'),
    batchItems,
    queueItems,
    queueBytes,
    timeout: millis(options.timeout ?? '10s', 'timeout'),
    retryTime: millis(options.retryTime ?? '2m', 'retryTime'),
  };
}

function underBase(endpoint = 'http://localhost:4318', path: string): URL {
  const base = parseUrl(endpoint, 'endpoint');
  base.pathname = `${base.pathname.replace(/\/$/, '')}/${path}`;
  return base;
}

function parseUrl(text: string, field: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !['http:', 'https:'].includes(url.protocol)) {
    throw invalidArgument(field, text, 'a URL of http or https');
  }
  return url;
}

function millis(duration: Duration, field: string): number {
  return Math.ceil(toMillis(toPositiveMicros(duration, field)));
}
