/** The members of the store in which the ledger of the orders is, for the stacks that have one. */
export const memberNames = ['store-1', 'store-2', 'store-3'] as const;
export type MemberName = (typeof memberNames)[number];

/** Where a member is reached by its clients, and by the other members. */
export interface MemberPorts {
  readonly native: number;
  readonly peer: number;
}
export type StorePorts = Readonly<Record<MemberName, MemberPorts>>;

/** Where clients find the store. */
export function endpointsOf(ports: StorePorts): readonly string[] {
  return memberNames.map((name) => `127.0.0.1:${ports[name].native}`);
}
