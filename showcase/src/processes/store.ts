import type { Variant } from '../stack/stack.ts';
import { endpointsOf, type MemberName, memberNames, type StorePorts } from '../store/members.ts';
import type { TelemetryOrder } from '../telemetry/tell.ts';
import type { Guarded } from './guarded.ts';
import { MemberProcess } from './member-process.ts';

export interface StoreSetting {
  readonly ports: StorePorts;
  /** Of the shop. */
  readonly folder: string;
  readonly variant: Variant;
  readonly guarded: Guarded;
  readonly telemetry: TelemetryOrder | undefined;
  /** Hears of members that ended by themselves. */
  readonly crashed: (member: MemberName, why: string) => void;
}

/** The three members of the store that a shop keeps its ledger in. */
export class Store {
  readonly members: Readonly<Record<MemberName, MemberProcess>>;
  readonly endpoints: readonly string[];

  constructor({ ports, folder, variant, guarded, telemetry, crashed }: StoreSetting) {
    this.endpoints = endpointsOf(ports);
    this.members = Object.fromEntries(
      memberNames.map((member) => {
        const order = { member, ports, folder, variant, telemetry };
        return [member, new MemberProcess(order, guarded, (why) => crashed(member, why))];
      }),
    ) as unknown as Store['members'];
  }

  get all(): readonly MemberProcess[] {
    return Object.values(this.members);
  }

  /** The member that leads, as far as they have said; undefined while they elect one. */
  get leader(): MemberProcess | undefined {
    return this.all
      .filter(({ state, vitals }) => state === 'up' && vitals.role === 'leads')
      .sort((one, other) => other.vitals.term - one.vitals.term)[0];
  }
}
