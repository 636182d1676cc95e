import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import {
  invalidArgument,
  isHoldfastError,
  platformWorld,
  sleep,
  throwIfAborted,
  type World,
} from '@holdfast/core';
import type { BatchSink } from '../batch-sink.ts';
import { decodeLogs } from '../decode/decode-logs.ts';
import { decodeMetrics } from '../decode/decode-metrics.ts';
import { decodeSpans } from '../decode/decode-spans.ts';
import { protobufOfParsed } from '../json/protobuf-of-json.ts';
import type { Signal } from '../signal.ts';
import { contentOf, endOf, type FileContent, isTable } from './file-content.ts';
import type { TablePoint } from './nezha-points.ts';
import type { TableSpan } from './nezha-spans.ts';
import { type ParsedRequest, shiftTimes, timesOf } from './otlp-json.ts';
import { RecordedPoints } from './recorded-points.ts';
import { pointRequest, spanRequest } from './table-requests.ts';

export interface ImportOptions {
  /**
   * Files, or folders that hold them: `.csv` tables of spans and of pods' metrics, `.json` and `.jsonl` of OTLP; each may be packed as
   * `.gz`. Of metrics in tables those are taken that are of the time of the tables' spans.
   */
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

/** Spans of a batch, or points of tables, at most. */
const batchMax = 2_000;
/** Nanoseconds of a recording that are sent at once. */
const sliceNanos = 1_000_000_000n;

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
  #points = new RecordedPoints([], undefined);

  constructor(options: ImportOptions) {
    this.#options = options;
    this.#world = options.world ?? platformWorld();
    if (options.time === 'recorded') this.#shift = 0n;
  }

  async run(files: readonly string[]): Promise<ImportFigures> {
    await this.#survey(files);
    for (const file of files) {
      throwIfAborted(this.#options.signal, 'import');
      const content = await contentOf(file);
      this.#checkAge(file, content);
      if (content.kind === 'spans') await this.#addTable(content.spans, content.rejected);
      else if (content.kind === 'points') this.#refuse('metrics', content.rejected);
      else for (const request of content.requests) await this.#addRequest(request);
      this.#figures.files++;
      this.#options.progress?.(file, { ...this.#figures });
    }
    await this.#addPoints();
    return { ...this.#figures };
  }

  /**
   * Files are read twice for it: only the last time of all tells how far to move the first, and what tables of metrics hold is given
   * beside the spans of its time.
   */
  async #survey(files: readonly string[]): Promise<void> {
    const isMoved = this.#shift === undefined && this.#options.pace !== 'recorded';
    const points: TablePoint[] = [];
    let spans: { first: bigint; last: bigint } | undefined;
    let last = 0n;
    for (const file of files) {
      if (!isMoved && !isTable(file)) continue;
      const content = await contentOf(file);
      if (content.kind === 'points') points.push(...content.points);
      const end = endOf(content);
      if (end > last) last = end;
      if (content.kind !== 'spans' || content.spans.length === 0) continue;
      const first = content.spans.reduce((least, { start }) => (start < least ? start : least), end);
      spans = {
        first: spans === undefined || first < spans.first ? first : spans.first,
        last: spans === undefined || end > spans.last ? end : spans.last,
      };
    }
    this.#points = new RecordedPoints(points, spans);
    const lastPoint = this.#points.last ?? 0n;
    if (isMoved) this.#shift = this.#nowNanos() - (lastPoint > last ? lastPoint : last);
  }

  /** What would be let go of at once is better refused: nobody would see why it is not there. */
  #checkAge(file: string, content: FileContent): void {
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
      await this.#addPoints(ordered[from]!.end);
      await this.#addSpans(spanRequest(ordered.slice(from, to), this.#shift ?? 0n));
      from = to;
    }
  }

  /** Those of tables that were recorded until then; all that are left, if that is not told. */
  async #addPoints(until?: bigint): Promise<void> {
    for (;;) {
      const points = this.#points.take(batchMax, until);
      if (points.length === 0) return;
      if (until === undefined) await this.#waitUntil(points[0]!.time);
      await this.#addMetrics(pointRequest(points, this.#shift ?? 0n));
    }
  }

  #endOfSlice(ordered: readonly TableSpan[], from: number): number {
    const most = Math.min(from + batchMax, ordered.length);
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
    if (signal === 'logs') {
      const { batch, rejected } = decodeLogs(protobufOfParsed(signal, shifted), this.#world.clock.wall());
      await this.#give(() => this.#options.sink.addLogs(batch));
      this.#figures.logs += batch.length;
      this.#refuse(signal, rejected);
    } else await this.#addMetrics(shifted);
  }

  async #addMetrics(request: unknown): Promise<void> {
    const body = protobufOfParsed('metrics', request);
    const { batch, rejected } = decodeMetrics(body, this.#world.clock.wall());
    await this.#give(() => this.#options.sink.addMetrics(batch));
    this.#figures.points += batch.length;
    this.#refuse('metrics', rejected);
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
