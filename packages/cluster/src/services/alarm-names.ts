import { AlarmType } from '../etcd/maintenance.ts';

/** What alarms are called. */
export const alarmNames: Readonly<Record<number, string>> = {
  [AlarmType.NOSPACE]: 'NOSPACE',
  [AlarmType.CORRUPT]: 'CORRUPT',
};
