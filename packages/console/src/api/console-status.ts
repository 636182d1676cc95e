import type { LiveStatus } from './live.ts';

export interface ConsoleStatus extends LiveStatus {
  /** Whether this request carried the token: whether its bearer may act. */
  readonly mayAct: boolean;
}
