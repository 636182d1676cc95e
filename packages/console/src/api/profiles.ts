import type { ProfileKind } from '@holdfast/telemetry';

export interface ProfileList {
  readonly profiles: readonly ProfileSummary[];
  /** Processes of which one may be taken. */
  readonly sources: readonly {
    readonly source: string;
    readonly service: string;
    readonly instance: string;
  }[];
}

export interface ProfileSummary {
  readonly id: string;
  readonly source: string;
  readonly service: string;
  readonly instance: string;
  readonly kind: ProfileKind;
  readonly startedAt: number;
  readonly duration: number;
}

export interface ProfileOrder {
  readonly source: string;
  readonly kind: ProfileKind;
  readonly duration?: number;
}
