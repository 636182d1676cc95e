import type { Duration } from '@holdfast/core';
import type { TlsOptions } from '@holdfast/runtime';
import type { AutoCompaction } from './auto-compaction.ts';
import type { ObserveMethod } from './observed-methods.ts';

/** What a node is to be: a member of a cluster with its folder, and where it is reached. */
export interface NodeOptions {
  /** Its folder. It belongs to this node alone for as long as it runs. */
  readonly dataDir: string;
  /** As people call it, and as `initialCluster` does. Default `default`. */
  readonly name?: string;
  /** Where it serves etcd's API over gRPC, with `/health` and `/version` beside it. Default `http://127.0.0.1:2379`. */
  readonly listenClientUrls?: readonly string[];
  /** Where it serves Holdfast's own clients. Default `tcp://127.0.0.1:2378`; empty for nowhere. */
  readonly listenNativeUrls?: readonly string[];
  /** Where the other members reach it. Default `http://127.0.0.1:2380`. */
  readonly listenPeerUrl?: string;
  /** Further addresses for `/health` and what `http` answers, which ask for no client certificate. Default none. */
  readonly listenMetricsUrls?: readonly string[];
  /** What clients are told of this node. Default where it listens. */
  readonly advertiseClientUrls?: readonly string[];
  /** What the other members are told. Default where it listens for them. */
  readonly advertisePeerUrls?: readonly string[];
  /** The first members by their names, and the peer URLs of each. Default this one alone. */
  readonly initialCluster?: ReadonlyMap<string, readonly string[]>;
  /** Whether an empty folder begins a cluster or joins one. Default `new`. */
  readonly initialClusterState?: 'new' | 'existing';
  /** Sets clusters apart that have the same peer URLs. Default `etcd-cluster`. */
  readonly initialClusterToken?: string;
  /** For `https` and `tls` among the URLs for clients. */
  readonly clientTls?: TlsOptions | undefined;
  /**
   * For an `https` URL among members. A member's certificate names the host of one of its peer URLs, and nobody else is
   * taken for it; where there is a `serverName`, all members have that name instead, and may pose as each other.
   */
  readonly peerTls?: TlsOptions | undefined;
  /** Default 100 ms. */
  readonly heartbeatInterval?: Duration;
  /** The same on all members. Default 1 s. */
  readonly electionTimeout?: Duration;
  /** Bytes of the store at which writes are refused. Default 2 GiB. */
  readonly quotaBytes?: number;
  /** Bytes of the largest request. Default 1.5 MiB. */
  readonly requestBytesMax?: number;
  /** Operations in one transaction. Default 128. */
  readonly transactionOperationsMax?: number;
  /** Entries of the log after which a snapshot is taken. Default 1,000,000. */
  readonly snapshotEntries?: number;
  /** Default none: all history is kept. */
  readonly autoCompaction?: AutoCompaction | undefined;
  /** Refuses changes of the membership that would leave too few members up. Default true. */
  readonly strictReconfigCheck?: boolean;
  /** How long a node that stops may hand over and finish. Default 5 s. */
  readonly grace?: Duration;
  /** Answers GET requests for further paths, such as `/metrics`. */
  readonly http?: HttpPaths;
  /** Observes the calls of clients. */
  readonly observeMethod?: ObserveMethod | undefined;
}

/** Bytes of the largest request. */
export function requestBytesMaxOf({ requestBytesMax = 1_572_864 }: NodeOptions): number {
  return requestBytesMax;
}

/** What answers for a path. */
export type HttpPaths = ReadonlyMap<string, HttpPage>;
export type HttpPage = (request: HttpPageRequest) => HttpPageAnswer;

export interface HttpPageRequest {
  /** The header `Accept`. */
  readonly accept: string | undefined;
}

export interface HttpPageAnswer {
  readonly status: number;
  readonly contentType: string;
  /** In pieces, each asked for when there is room for it: text, or bytes. */
  readonly body: AsyncIterable<string | Uint8Array> | Iterable<string | Uint8Array>;
}
