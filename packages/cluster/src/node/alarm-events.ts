import type { ClusterMember } from '../member/cluster-member.ts';
import { alarmChanged } from '../member/member-events.ts';
import { alarmNames } from '../services/alarm-names.ts';
import { hexId } from '../services/hex-id.ts';
import type { Store } from '../state/store.ts';

/** Tells of alarms that are raised and cleared from now on; what is read again from the log is no news. */
export function tellAlarms(store: Store, member: ClusterMember): void {
  const newsAfter = member.status().lastIndex;
  store.onAlarm = ({ alarm, memberId }, raised) => {
    if (!alarmChanged.active || store.appliedIndex <= newsAfter) return;
    alarmChanged.publish({
      member: member.id,
      alarm: alarmNames[alarm] ?? String(alarm),
      change: raised ? 'raised' : 'cleared',
      id: hexId(memberId),
    });
  };
}
