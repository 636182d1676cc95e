import type { MessagePort } from 'node:worker_threads';
import type { ErrorJson } from '@holdfast/core';
import type { MemberDescription, MemberStatus } from '../member/cluster-member.ts';
import type { ClusterReport } from '../member/inspection/cluster-report.ts';
import type { MemberOptions } from '../member/member-options.ts';

/** What the thread of a member is given when it starts. */
export interface ThreadOptions extends Omit<MemberOptions, 'world' | 'state' | 'directory' | 'clientUrls'> {
  /** The folder that is the member's own. */
  readonly dir: string;
  /** Bytes of keys and values. Default 2 GiB. */
  readonly quotaBytes?: number;
}

/** What the thread is told. */
export type ToThread =
  | { readonly kind: 'connect'; readonly port: MessagePort }
  | { readonly kind: 'status'; readonly id: number }
  | { readonly kind: 'inspect'; readonly id: number }
  /** Cuts it off from the other members, or ends that. */
  | { readonly kind: 'cut'; readonly cut: boolean }
  | { readonly kind: 'stop'; readonly grace: number };

/** What the thread tells. */
export type FromThread =
  | { readonly kind: 'started' }
  /** What it was asked for by that number: its status, or a report of the cluster. */
  | { readonly kind: 'answer'; readonly id: number; readonly answer: ThreadStatus | ClusterReport }
  /** It has let go of everything, and ends: by itself, where there is an error. */
  | { readonly kind: 'stopped'; readonly error: ErrorJson | undefined };

/** A member as it is just now. */
export interface ThreadStatus extends MemberStatus {
  readonly id: string;
  readonly clusterId: string;
  readonly name: string;
  readonly members: readonly MemberDescription[];
}
