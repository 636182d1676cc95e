import { mkdir, rm } from 'node:fs/promises';
import type { DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import type { Span, SpanSource, TraceQuery } from '@holdfast/insight';
import { type FolderOwnership, ownFolder } from '@holdfast/runtime';
import type { LogBatch } from '../otlp/log-batch.ts';
import type { MetricBatch } from '../otlp/metric-batch.ts';
import type { ResourceEntry } from '../otlp/received-batch.ts';
import type { SpanBatch } from '../otlp/span-batch.ts';
import { readBookRows, resourceChunks, seriesChunks, shapeChunks } from './book-rows.ts';
import { type Append, CommitQueue } from './commit-queue.ts';
import { chunkRows } from './data-chunk.ts';
import { exemplarChunks } from './exemplar-chunk.ts';
import { type ExemplarSearch, type FoundExemplar, searchExemplars } from './exemplar-reader.ts';
import { type FlowSteps, type FlowWindow, readCalls, readFlow, readOperations } from './flow-reader.ts';
import { logChunks } from './log-chunk.ts';
import { countLogsOfTrace } from './log-search.ts';
import { exportsFolder, openDatabase } from './open-database.ts';
import { pointChunks } from './point-chunk.ts';
import { type Increase, readGauges, readIncreases } from './point-reader.ts';
import { ReaderPool } from './reader-pool.ts';
import { forgetBefore, forgetOldest, readExtent, type StoreExtent } from './retention.ts';
import { noSeries, SeriesBook } from './series-book.ts';
import { settleSpans } from './settle.ts';
import { type Resource, ShapeBook } from './shape-book.ts';
import { spanChunk } from './span-chunk.ts';
import { readOutline, readTrace } from './span-reader.ts';
import type { StoredSpan } from './stored-span.ts';
import {
  type FoundTrace,
  readFirstBegun,
  readTraces,
  searchTraces,
  type TraceSearch,
} from './trace-search.ts';

export interface TelemetryStoreOptions {
  /** The folder that everything lies in; made where it is missing. One process has it at a time. */
  readonly dir: string;
  /** Bytes on disk. When there are more, the oldest go. */
  readonly storedBytesMax: number;
  /** Milliseconds. What began earlier than so long ago goes. */
  readonly ageMax: number;
  /** Bytes that may wait to be written. */
  readonly waitingBytesMax: number;
  /** Bytes of memory that the database may take. */
  readonly memoryMax: number;
  /** Milliseconds since the Unix epoch. */
  readonly now: () => number;
  /** Told when its upkeep fails; it is tried again. */
  readonly troubled: (error: unknown) => void;
}

/** What is moved at once from where it came in to where it stays. */
const settleRows = 250_000;
const settleMillis = 60_000;
const upkeepMillis = 1_000;
/** What goes at once when there is too much, as a share of all that is stored. */
const forgottenShare = 0.1;
/** Traces that are read in one query. */
const tracesAtOnce = 200;
const seriesMax = 100_000;
const bookLimits = { shapesMax: 65_536, resourcesMax: 16_384 };

/** Spans, logs and metrics on disk, in a DuckDB database of the process's own. */
export class TelemetryStore implements SpanSource {
  readonly book: ShapeBook;
  readonly series: SeriesBook;
  readonly readers: ReaderPool;
  /** For who reads many traces one after the other, so that nobody waits for them who wants one thing. */
  readonly #analysts: ReaderPool;
  readonly #options: TelemetryStoreOptions;
  readonly #folder: FolderOwnership;
  readonly #instance: DuckDBInstance;
  readonly #upkeep: DuckDBConnection;
  readonly #writer: DuckDBConnection;
  readonly #queue: CommitQueue;
  #closed = false;
  #upkeepTimer: NodeJS.Timeout | undefined;
  #upkeepRun: Promise<void> = Promise.resolve();
  #freshSpans = 0;
  #settledAt: number;

  private constructor(
    options: TelemetryStoreOptions,
    folder: FolderOwnership,
    instance: DuckDBInstance,
    writer: DuckDBConnection,
    upkeep: DuckDBConnection,
    book: ShapeBook,
    series: SeriesBook,
  ) {
    this.#options = options;
    this.#folder = folder;
    this.#instance = instance;
    this.#upkeep = upkeep;
    this.#writer = writer;
    this.book = book;
    this.series = series;
    this.readers = new ReaderPool(instance, 3);
    this.#analysts = new ReaderPool(instance, 2);
    this.#queue = new CommitQueue(writer, {
      waitingBytesMax: options.waitingBytesMax,
      groupBytesMax: 16 * 2 ** 20,
      before: (append) => this.#saveBook(append),
    });
    this.#settledAt = options.now();
  }

  /** @throws HoldfastError FOLDER_OWNED when another process has it, STORE_FORMAT_UNKNOWN, STORE_FAILED. */
  static async open(options: TelemetryStoreOptions): Promise<TelemetryStore> {
    const folder = await ownFolder(options.dir);
    let instance: DuckDBInstance | undefined;
    try {
      await rm(exportsFolder(folder.path), { recursive: true, force: true });
      await mkdir(exportsFolder(folder.path), { mode: 0o700 });
      instance = await openDatabase({ dir: folder.path, memoryMax: options.memoryMax });
      const [writer, upkeep] = [await instance.connect(), await instance.connect()];
      const { resources, shapes, series } = await readBookRows(writer);
      const book = new ShapeBook(bookLimits);
      book.restore(resources, shapes);
      const seriesBook = new SeriesBook(seriesMax);
      seriesBook.restore(series);
      const store = new TelemetryStore(options, folder, instance, writer, upkeep, book, seriesBook);
      store.#scheduleUpkeep();
      return store;
    } catch (error) {
      instance?.closeSync();
      await folder.release();
      throw error;
    }
  }

  /** The folder that exports are written to. */
  get exports(): string {
    return exportsFolder(this.#folder.path);
  }

  /** Stores the rows of a batch that are not `known`. Resolves when they are durable. */
  async addSpans(batch: SpanBatch, shapes: Uint32Array, known?: Uint8Array): Promise<void> {
    const rows = rowsOf(batch.length, known);
    if (rows.length === 0) return;
    await this.#queue.add({
      bytes: batch.bytes,
      rows: {
        *spans_fresh() {
          for (let at = 0; at < rows.length; at += chunkRows) {
            yield spanChunk(batch, shapes, rows.subarray(at, at + chunkRows));
          }
        },
      },
    });
    this.#freshSpans += rows.length;
  }

  /** Stores the logs of a batch. Resolves when they are durable. */
  addLogs(batch: LogBatch): Promise<void> {
    const resources = this.#resourcesOf(batch).map(({ id }) => id);
    return this.#queue.add({
      bytes: batch.bytes,
      rows: { log_rows: () => logChunks(batch, resources) },
    });
  }

  /** Stores the points of a batch and their exemplars. Resolves with how many could not be, since there are too many series, once the others are durable. */
  async addMetrics(batch: MetricBatch): Promise<number> {
    const series = this.series.seriesOf(batch, this.#resourcesOf(batch));
    await this.#queue.add({
      bytes: batch.bytes,
      rows: {
        point_rows: () => pointChunks(batch, series),
        exemplar_rows: () => exemplarChunks(batch.exemplars, series),
      },
    });
    return series.filter((id) => id === noSeries).length;
  }

  /** The spans of a trace in any order; none when it is not known. */
  trace(traceId: string, signal?: AbortSignal): Promise<StoredSpan[]> {
    return this.readers.read((connection) => readTrace(connection, this.book, traceId, signal), signal);
  }

  /** The spans of a trace by start, without attributes and links; one that was sent twice may be there twice. */
  outline(traceId: string, signal?: AbortSignal): Promise<StoredSpan[]> {
    return this.readers.read((connection) => readOutline(connection, this.book, traceId, signal), signal);
  }

  async *traces(query: TraceQuery, signal?: AbortSignal): AsyncGenerator<readonly Span[]> {
    const { from, to, service, operation, tracesMax } = query;
    yield* this.#whole({ from, to, service, operation, limit: tracesMax }, signal);
  }

  /** Traces that began before a window, and in which something failed within it. */
  async *tracesFailing(
    { from, to, tracesMax }: TraceQuery,
    signal?: AbortSignal,
  ): AsyncGenerator<readonly Span[]> {
    const search = { from, to, status: 'error', underWay: true, limit: tracesMax } as const;
    yield* this.#whole(search, signal);
  }

  async *#whole(search: TraceSearch, signal?: AbortSignal): AsyncGenerator<readonly Span[]> {
    const found = await this.#analysts.read(
      (connection) => searchTraces(connection, this.book, search, signal),
      signal,
    );
    for (let at = 0; at < found.length; at += tracesAtOnce) {
      const some = found.slice(at, at + tracesAtOnce);
      yield* await this.#analysts.read(
        (connection) => readTraces(connection, this.book, some, signal),
        signal,
      );
    }
  }

  /** When the first span of a window began, in milliseconds since the Unix epoch; undefined where there is none. */
  firstBegun(window: Pick<TraceSearch, 'from' | 'to'>): Promise<number | undefined> {
    return this.readers.read((connection) => readFirstBegun(connection, window));
  }

  /** Traces of a window, the newest first. */
  search(search: TraceSearch, signal?: AbortSignal): Promise<FoundTrace[]> {
    return this.readers.read((connection) => searchTraces(connection, this.book, search, signal), signal);
  }

  /** Gauges of these names, by the id of the resource that sent them, the name and the step. */
  gauges(
    window: FlowWindow,
    names: readonly string[],
    wanted: (resource: Resource) => boolean,
  ): Promise<Map<number, Map<string, Map<number, number>>>> {
    return this.readers.read((connection) => readGauges(connection, this.series, window, names, wanted));
  }

  /** By how much counters and histograms of these names grew, by the id of the resource, the name and the step. */
  increases(
    window: FlowWindow,
    names: readonly string[],
    wanted: (resource: Resource) => boolean,
  ): Promise<Map<number, Map<string, Map<number, Increase>>>> {
    return this.readers.read((connection) => readIncreases(connection, this.series, window, names, wanted));
  }

  /** Measurements with the traces that they were taken in, the greatest first. */
  exemplars(search: ExemplarSearch, signal?: AbortSignal): Promise<FoundExemplar[]> {
    return this.readers.read(
      (connection) => searchExemplars(connection, this.series, search, signal),
      signal,
    );
  }

  /** How many logs were written within a trace. */
  countLogs(traceId: string, signal?: AbortSignal): Promise<number> {
    return this.readers.read((connection) => countLogsOfTrace(connection, traceId, signal), signal);
  }

  /** Totals for each step of a window, by the step's number. */
  flow(window: FlowWindow, signal?: AbortSignal): Promise<FlowSteps> {
    return this.readers.read((connection) => readFlow(connection, window, signal), signal);
  }

  /** What is stored, and since when. */
  extent(): Promise<StoreExtent> {
    return this.readers.read(readExtent);
  }

  /** As {@link flow}, but spans by their shape only. */
  async operations(window: FlowWindow, signal?: AbortSignal): Promise<FlowSteps> {
    const steps: FlowSteps = new Map();
    await this.readers.read((connection) => readOperations(connection, window, steps, signal), signal);
    return steps;
  }

  /** As {@link flow}, but entries by their caller only. */
  async calls(window: FlowWindow, signal?: AbortSignal): Promise<FlowSteps> {
    const steps: FlowSteps = new Map();
    await this.readers.read((connection) => readCalls(connection, window, steps, signal), signal);
    return steps;
  }

  /** Puts in order what came in, lets go of what is too old or too much, and makes the log short, where that is due. */
  keepUp(): Promise<void> {
    return this.#inTurn(async () => {
      const { ageMax, storedBytesMax, now } = this.#options;
      if (this.#freshSpans < settleRows && now() - this.#settledAt < settleMillis) return;
      await this.#settle();
      await forgetBefore(this.#upkeep, now() - ageMax);
      const { bytes } = await readExtent(this.#upkeep);
      if (bytes > storedBytesMax) {
        await forgetOldest(this.#upkeep, forgottenShare);
        await this.#checkpoint();
      }
    });
  }

  /** Puts in order what came in, and makes the log short, whether that is due or not. */
  settle(): Promise<void> {
    return this.#inTurn(() => this.#settle());
  }

  /** Stores what waits, and lets go of the folder. */
  async close(): Promise<void> {
    clearTimeout(this.#upkeepTimer);
    this.#upkeepTimer = undefined;
    this.#closed = true;
    await this.#upkeepRun;
    await this.#queue.close();
    this.readers.close();
    this.#analysts.close();
    this.#upkeep.closeSync();
    this.#writer.closeSync();
    this.#instance.closeSync();
    await this.#folder.release();
  }

  async #settle(): Promise<void> {
    const settled = this.#freshSpans;
    if (settled > 0) await settleSpans(this.#upkeep);
    this.#freshSpans -= settled;
    this.#settledAt = this.#options.now();
    await this.#checkpoint();
  }

  /** Upkeep has one connection, and so one thing to do at a time. */
  #inTurn(work: () => Promise<void>): Promise<void> {
    const done = this.#upkeepRun.then(work);
    this.#upkeepRun = done.catch(() => undefined);
    return done;
  }

  #checkpoint(): Promise<unknown> {
    return this.#queue.between((connection) => connection.run('CHECKPOINT'));
  }

  #scheduleUpkeep(): void {
    if (this.#closed) return;
    this.#upkeepTimer = setTimeout(() => {
      void this.keepUp()
        .catch((error) => this.#options.troubled(error))
        .finally(() => this.#scheduleUpkeep());
    }, upkeepMillis);
  }

  async #saveBook(append: Append): Promise<() => void> {
    const unsaved = this.book.unsaved();
    if (unsaved.resources.length > 0) await append('resources', resourceChunks(unsaved.resources));
    if (unsaved.shapes.length > 0) await append('shapes', shapeChunks(unsaved.shapes));
    const series = this.series.unsaved();
    if (series.length > 0) await append('series', seriesChunks(series));
    return () => {
      this.book.saved(unsaved);
      this.series.saved(series);
    };
  }

  #resourcesOf({ resources }: { readonly resources: readonly ResourceEntry[] }): Resource[] {
    return resources.map((entry) => this.book.resourceOf(entry));
  }
}

/** The rows that are not known. */
function rowsOf(length: number, known: Uint8Array | undefined): Uint32Array {
  const rows = new Uint32Array(length);
  let count = 0;
  for (let row = 0; row < length; row++) if (known?.[row] !== 1) rows[count++] = row;
  return rows.subarray(0, count);
}
