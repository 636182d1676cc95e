/** Who a member is: what the first record of its journal says, and every checkpoint again. */
export interface MemberIdentity {
  /** 16 hexadecimal digits each. */
  readonly clusterId: string;
  readonly memberId: string;
  /** Of the cluster: ids of members that are added are made with it. */
  readonly token: string;
  /** Whom to turn to before the log has told: the peer URLs of each member by its id. */
  readonly peers: ReadonlyMap<string, readonly string[]>;
  /** Their names, so that the first leader can write them into the state. */
  readonly names: ReadonlyMap<string, string>;
  /** Whether it was one of the first: it then starts with all of them as voters. */
  readonly founder: boolean;
}
