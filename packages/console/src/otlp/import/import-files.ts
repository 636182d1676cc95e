import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import {
  invalidArgument,
  isHoldfastError,
  platformWorld,
  sleep,
  throwIfAborted,
  type World,
} from '@holdfast/core';
import { consoleErrors } from '../../console-errors.ts';
import type { BatchSink } from '../batch-sink.ts';
import { decodeLogs } from '../decode/decode-logs.ts';
import { decodeMetrics } from '../decode/decode-metrics.ts';
import { decodeSpans } from '../decode/decode-spans.ts';
import { protobufOfParsed } from '../json/protobuf-of-json.ts';
import type { Signal } from '../signal.ts';
import { readSpanTable, type TableSpan } from './nezha-spans.ts';
import { type ParsedRequest, readRequests, shiftTimes, timesOf } from './otlp-json.ts';

export interface ImportOptions {
  /** Files, or folders that hold them: `.csv` tables of spans, `.json` and `.jsonl` of OTLP; each may be packed as `.gz`. */
  readonly paths: readonly string[];
  readonly sink: BatchSink;
  /** `fast`: as fast as the sink takes it. `recorded`: as it happened, second by second. Default `fast`. */
  readonly pace?: 'fast' | 'recorded';
  /**
   * When it is to have happened. `recorded`: when it did. `now`: moved so that it begins now, at the pace of its recording, or
   * ends now otherwise. Default `now`: what is old is not kept for long.
   */
  readonly time?: 'recorded' | 'now';
  /**
   * How old what a sink keeps may be, in milliseconds. A file of which everything is older is refused, and those after it are
   * not read. Default: any age.
   */
  readonly ageMax?: number;
  readonly signal?: AbortSignal;
  /** Default the platform's. */
  readonly world?: World;
  /** Called after each file. */
  readonly progress?: (file: string, figures: ImportFigures) => void;
}

export interface ImportFigures {
  readonly files: number;
  readonly spans: number;
  readonly logs: number;
  readonly points: number;
  /** Lines, spans, logs and points that could not be read. */
  readonly rejected: number;
}

/** Spans of a batch, at most. */
const batchSpans = 2_000;
/** Nanoseconds of a recording that are sent at once. */
const sliceNanos = 1_000_000_000n;
const unpackedBytesMax = 512 * 1_048_576;

/**
 * Reads telemetry that was recorded somewhere, and puts it into a sink.
 *
 * @throws HoldfastError INVALID_ARGUMENT when a path leads to nothing to import, or to what is older than may be kept;
 * TELEMETRY_MALFORMED, which names the file; ABORTED.
 */
export async function importFiles(options: ImportOptions): Promise<ImportFigures> {
  const files = (await Promise.all(options.paths.map(filesAt))).flat();
  return new Import(options).run(files);
}

async function filesAt(path: string): Promise<string[]> {
  const isFolder = await stat(path).then(
    (found) => found.isDirectory(),
    () => {
      throw invalidArgument('paths', path, 'a file or folder that is there');
    },
  );
  if (!isFolder) return [path];
  const names = (await readdir(path, { recursive: true })).sort();
  return names.filter((name) => /\.(?:csv|jsonl?)(?:\.gz)?$/.test(name)).map((name) => join(path, name));
}

class Import {
  readonly #options: ImportOptions;
  readonly #world: World;
  readonly #figures = { files: 0, spans: 0, logs: 0, points: 0, rejected: 0 };
  /** How far times are moved; undefined until the first is known. */
  #shift: bigint | undefined;
  /** When the first was sent, by the recording and by the clock. */
  #begin: { readonly recorded: bigint; readonly at: number } | undefined;

  constructor(options: ImportOptions) {
    this.#options = options;
    this.#world = options.world ?? platformWorld();
    if (options.time === 'recorded') this.#shift = 0n;
  }

  async run(files: readonly string[]): Promise<ImportFigures> {
    if (this.#shift === undefined && this.#options.pace !== 'recorded') await this.#shiftToEndNow(files);
    for (const file of files) {
      throwIfAborted(this.#options.signal, 'import');
      const content = await contentOf(file);
      this.#checkAge(file, content);
      if (content.kind === 'spans') await this.#addTable(content.spans, content.rejected);
      else for (const request of content.requests) await this.#addRequest(request);
      this.#figures.files++;
      this.#options.progress?.(file, { ...this.#figures });
    }
    return { ...this.#figures };
  }

  /** Files are read twice for it: only the last time of all tells how far to move the first. */
  async #shiftToEndNow(files: readonly string[]): Promise<void> {
    let last = 0n;
    for (const file of files) {
      const end = endOf(await contentOf(file));
      if (end > last) last = end;
    }
    this.#shift = this.#nowNanos() - last;
  }

  /** What would be let go of at once is better refused: nobody would see why it is not there. */
  #checkAge(file: string, content: Content): void {
    const { ageMax } = this.#options;
    const end = endOf(content);
    if (ageMax === undefined || this.#shift === undefined || end === 0n) return;
    const ended = Number((end + this.#shift) / 1_000_000n);
    if (ended >= this.#world.clock.wall() - ageMax) return;
    const when = new Date(ended).toISOString();
    throw invalidArgument(
      'paths',
      file,
      `as young as what is kept, but ended ${when}: keep it longer, or move its times`,
    );
  }

  async #addTable(spans: readonly TableSpan[], rejected: number): Promise<void> {
    this.#refuse('spans', rejected);
    const ordered = [...spans].sort((a, b) => (a.end < b.end ? -1 : a.end > b.end ? 1 : 0));
    for (let from = 0; from < ordered.length; ) {
      const to = this.#endOfSlice(ordered, from);
      await this.#waitUntil(ordered[from]!.end);
      await this.#addSpans(requestOf(ordered.slice(from, to), this.#shift ?? 0n));
      from = to;
    }
  }

  #endOfSlice(ordered: readonly TableSpan[], from: number): number {
    const most = Math.min(from + batchSpans, ordered.length);
    if (this.#options.pace !== 'recorded') return most;
    const end = ordered[from]!.end + sliceNanos;
    let to = from + 1;
    while (to < most && ordered[to]!.end < end) to++;
    return to;
  }

  /** When it is its turn, where the recording's pace is kept. The first decides how far times are moved. */
  async #waitUntil(time: bigint): Promise<void> {
    this.#shift ??= this.#nowNanos() - time;
    if (this.#options.pace !== 'recorded') return;
    this.#begin ??= { recorded: time, at: this.#world.clock.now() };
    const due = this.#begin.at + Number((time - this.#begin.recorded) / 1_000n);
    const wait = due - this.#world.clock.now();
    if (wait > 0) await sleep(wait / 1_000, { world: this.#world, signal: this.#options.signal });
  }

  async #addRequest({ request, signal }: ParsedRequest): Promise<void> {
    const first = timesOf({ request, signal }).reduce<bigint | undefined>(
      (least, time) => (least === undefined || time < least ? time : least),
      undefined,
    );
    if (first !== undefined) await this.#waitUntil(first);
    const shifted = shiftTimes(request, this.#shift ?? 0n);
    if (signal === 'spans') {
      await this.#addSpans(shifted);
      return;
    }
    const body = protobufOfParsed(signal, shifted);
    const receivedAt = this.#world.clock.wall();
    if (signal === 'logs') {
      const { batch, rejected } = decodeLogs(body, receivedAt);
      await this.#give(() => this.#options.sink.addLogs(batch));
      this.#figures.logs += batch.length;
      this.#refuse(signal, rejected);
    } else {
      const { batch, rejected } = decodeMetrics(body, receivedAt);
      await this.#give(() => this.#options.sink.addMetrics(batch));
      this.#figures.points += batch.length;
      this.#refuse(signal, rejected);
    }
  }

  async #addSpans(request: unknown): Promise<void> {
    const { batch, rejected } = decodeSpans(protobufOfParsed('spans', request));
    await this.#give(() => this.#options.sink.addSpans(batch));
    this.#figures.spans += batch.length;
    this.#refuse('spans', rejected);
  }

  #refuse(signal: Signal, count: number): void {
    this.#figures.rejected += count;
    if (count > 0) this.#options.sink.refused(signal, count);
  }

  /** Waits for room where the sink has none. */
  async #give(add: () => Promise<void>): Promise<void> {
    for (;;) {
      try {
        await add();
        return;
      } catch (error) {
        if (!isHoldfastError(error) || error.category !== 'overload') throw error;
        await sleep(error.retryAfter ?? 100, { world: this.#world, signal: this.#options.signal });
      }
    }
  }

  #nowNanos(): bigint {
    return BigInt(this.#world.clock.wall()) * 1_000_000n;
  }
}

type Content =
  | { readonly kind: 'spans'; readonly spans: readonly TableSpan[]; readonly rejected: number }
  | { readonly kind: 'requests'; readonly requests: readonly ParsedRequest[] };

/** The last time that it tells of; 0 where it tells of none. */
function endOf(content: Content): bigint {
  const times =
    content.kind === 'spans' ? content.spans.map(({ end }) => end) : content.requests.flatMap(timesOf);
  return times.reduce((last, time) => (time > last ? time : last), 0n);
}

const unpack = promisify(gunzip);

async function contentOf(file: string): Promise<Content> {
  const bytes = await readFile(file);
  const isPacked = file.endsWith('.gz');
  const text = (isPacked ? await unpack(bytes, { maxOutputLength: unpackedBytesMax }) : bytes).toString();
  try {
    return /\.csv(?:\.gz)?$/.test(file)
      ? { kind: 'spans', ...readSpanTable(text) }
      : { kind: 'requests', requests: readRequests(text) };
  } catch (error) {
    throw consoleErrors.create('TELEMETRY_MALFORMED', {
      message: `${file} cannot be imported: ${error instanceof Error ? error.message : error}`,
      cause: error,
      context: { file },
    });
  }
}

/** Spans as a request in OTLP's JSON, their times moved. */
function requestOf(spans: readonly TableSpan[], shift: bigint): object {
  const pods = new Map<string, TableSpan[]>();
  for (const span of spans) {
    const group = pods.get(span.pod);
    if (group === undefined) pods.set(span.pod, [span]);
    else group.push(span);
  }
  const text = (key: string, stringValue: string): object => ({ key, value: { stringValue } });
  const resourceSpans = Array.from(pods, ([pod, group]) => ({
    resource: { attributes: [text('service.name', group[0]!.service), text('k8s.pod.name', pod)] },
    scopeSpans: [
      {
        spans: group.map((span) => ({
          traceId: span.traceId,
          spanId: span.spanId,
          parentSpanId: span.parentId,
          name: span.operation,
          kind: span.kind,
          startTimeUnixNano: `${span.start + shift}`,
          endTimeUnixNano: `${span.end + shift}`,
        })),
      },
    ],
  }));
  return { resourceSpans };
}
