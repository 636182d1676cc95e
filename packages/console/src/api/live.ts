/**
 * What `/live` sends: one event per channel and second, of `execution` one in five seconds, and less often what takes long to
 * make. Its name is the channel's, its data what the request of that name answers; of `status` {@link LiveStatus}. A reader that
 * does not keep up gets the newest and misses those between.
 */
export type LiveChannel =
  | 'overview'
  | 'map'
  | 'execution'
  | 'cluster'
  | 'clients'
  | 'sagas'
  | 'errors'
  | 'logs'
  | 'status';

/** How the console itself is, as the live channel `status` says it: events come without a token. */
export interface LiveStatus {
  readonly version: string;
  readonly startedAt: number;
  readonly spans: ReceivedFigures;
  readonly logs: ReceivedFigures;
  readonly metrics: ReceivedFigures;
  readonly storedBytes: number;
  readonly storedBytesMax: number;
  readonly oldest: number | undefined;
  readonly memory: number;
  readonly listeners: readonly string[];
}

export interface ReceivedFigures {
  readonly received: number;
  readonly stored: number;
  readonly refused: number;
  readonly dropped: number;
  /** Per second, over the last ten seconds. */
  readonly rate: number;
}
