/** Why items were not delivered. */
export type DropReason =
  /** More waited than may, and they were the oldest. */
  | 'queue-full'
  /** The receiver will not have them: its answer says so. */
  | 'refused'
  /** They could not be delivered for as long as is tried. */
  | 'unreachable'
  /** The exporter was shut down before. */
  | 'shut-down';

/** What became of the items of one signal. */
export interface ExportFigures {
  readonly exported: number;
  /** Bytes of bodies as they went over the wire, each as often as it was sent. */
  readonly sentBytes: number;
  readonly dropped: Readonly<Record<DropReason, number>>;
  /** Items that wait now, and that may wait. */
  readonly queuedItems: number;
  readonly queuedItemsMax: number;
  /** Bytes that wait now. */
  readonly queuedBytes: number;
}
