import { Alarms } from './alarms.ts';
import { KeySpace } from './keys/key-space.ts';
import type { LeaseListener } from './leases/lease-directory.ts';
import { Leases } from './leases/leases.ts';
import { Members } from './members.ts';
import { type SessionLimits, SessionTable } from './sessions/session-table.ts';

/** All of the replicated state but users and roles: what a snapshot puts in the place of what was there. */
export class Contents {
  index = 0;
  term = 0;
  readonly leases: Leases;
  readonly keys: KeySpace;
  readonly sessions: SessionTable;
  readonly alarms: Alarms = new Alarms();
  readonly members: Members = new Members();

  constructor(sessions: SessionLimits | undefined, leaseListeners: ReadonlySet<LeaseListener>) {
    this.leases = new Leases(leaseListeners);
    this.keys = new KeySpace(this.leases);
    this.sessions = new SessionTable(sessions);
  }
}
