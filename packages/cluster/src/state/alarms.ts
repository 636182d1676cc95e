import { type AlarmMember, AlarmType } from '../etcd/maintenance.ts';

/** Which members have raised which alarms. */
export class Alarms {
  /** In the order of type and member. */
  private readonly raised: AlarmMember[] = [];

  /** Those of a type, or of all. */
  list(type: number = AlarmType.NONE): readonly AlarmMember[] {
    return this.raised.filter(({ alarm }) => type === AlarmType.NONE || alarm === type);
  }

  has(type: number): boolean {
    return this.raised.some(({ alarm }) => alarm === type);
  }

  activate(memberId: bigint, alarm: number): AlarmMember {
    const found = this.raised.find((one) => one.memberId === memberId && one.alarm === alarm);
    if (found !== undefined) return found;
    const raised = { memberId, alarm };
    this.raised.push(raised);
    this.raised.sort((one, other) => one.alarm - other.alarm || (one.memberId < other.memberId ? -1 : 1));
    return raised;
  }

  deactivate(memberId: bigint, alarm: number): AlarmMember | undefined {
    const place = this.raised.findIndex((one) => one.memberId === memberId && one.alarm === alarm);
    return place < 0 ? undefined : this.raised.splice(place, 1)[0];
  }

  clear(): void {
    this.raised.length = 0;
  }
}
