/** What all calls of a server share, and how much of it is taken. */
export interface GrpcBudget {
  /** Bytes of one request. */
  readonly messageBytesMax: number;
  /** Bytes of requests that have arrived in part. */
  readonly partialBytesMax: number;
  readonly callsMax: number;
  partialBytes: number;
  calls: number;
}
