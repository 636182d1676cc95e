import type { Configuration, MemberChange, MembersChange } from './configuration.ts';
import type { MemberId } from './member-id.ts';

/** The next configuration, or why there is none. */
export type Plan =
  | { readonly outcome: 'planned'; readonly configuration: Configuration }
  | { readonly outcome: 'invalid'; readonly reason: string };

/** Works out the configuration that `change` leads to from `current` (dissertation 4.2, 4.3). */
export function planChange(current: Configuration, change: MembersChange): Plan {
  const joint = current.outgoing.length > 0;
  if (change.kind === 'leave-joint') {
    if (!joint) return invalid('the configuration is not joint');
    return { outcome: 'planned', configuration: leaveJoint(current) };
  }
  if (joint) return invalid('the joint configuration has to be left first');
  const roles = rolesOf(current);
  if (change.members.length === 0) return invalid('no member is named');
  const named = new Set<MemberId>();
  for (const wanted of change.members) {
    if (named.has(wanted.member)) return invalid(`${wanted.member} is named twice`);
    named.add(wanted.member);
    const reason = whyNot(wanted, roles.get(wanted.member));
    if (reason !== undefined) return invalid(reason);
    if (wanted.role === 'removed') roles.delete(wanted.member);
    else roles.set(wanted.member, wanted.role);
  }
  const target = fromRoles(roles);
  const reason = whyUnfit(target);
  if (reason !== undefined) return invalid(reason);
  const by = change.by ?? 'automatic';
  if (by === 'automatic' && difference(current.voters, target.voters) <= 1) {
    return { outcome: 'planned', configuration: target };
  }
  return { outcome: 'planned', configuration: enterJoint(current, target, by !== 'joint-explicit') };
}

/** Whether any majority of one has a member in common with any majority of the other: what makes a step safe. */
export function quorumsOverlap(before: Configuration, after: Configuration): boolean {
  if (before.voters.length === 0) return true;
  if (before.outgoing.length > 0) return after.outgoing.length === 0 && same(before.voters, after.voters);
  if (after.outgoing.length > 0) return same(before.voters, after.outgoing);
  return difference(before.voters, after.voters) <= 1;
}

type MemberRole = Exclude<MemberChange['role'], 'removed'>;

function rolesOf({ voters, learners, witnesses }: Configuration): Map<MemberId, MemberRole> {
  const roles = new Map<MemberId, MemberRole>();
  for (const id of voters) roles.set(id, witnesses.includes(id) ? 'witness' : 'voter');
  for (const id of learners) roles.set(id, 'learner');
  return roles;
}

function fromRoles(roles: ReadonlyMap<MemberId, MemberRole>): Configuration {
  const withRole = (...wanted: MemberRole[]): MemberId[] =>
    [...roles.keys()].filter((id) => wanted.includes(roles.get(id)!)).sort();
  return {
    voters: withRole('voter', 'witness'),
    outgoing: [],
    learners: withRole('learner'),
    learnersNext: [],
    witnesses: withRole('witness'),
    leavesJoint: false,
  };
}

function whyNot({ member, role }: MemberChange, now: MemberRole | undefined): string | undefined {
  if (typeof member !== 'string' || member === '') return 'a member needs a name';
  if (role === now) return `${member} is a ${role} already`;
  if (now === undefined) return role === 'removed' ? `${member} is no member` : undefined;
  if (role === 'removed') return undefined;
  if (role !== 'voter' && role !== 'learner' && role !== 'witness')
    return `${member} cannot become a ${role}`;
  if (role === 'witness' || now === 'witness') {
    return `${member} has ${now === 'witness' ? 'no' : 'all'} commands: remove it, and add another one as a ${role}`;
  }
  return undefined;
}

/** Witnesses alone must never be a majority: what they commit, nobody might have. */
function whyUnfit({ voters, witnesses }: Configuration): string | undefined {
  if (voters.length === 0) return 'no voter would be left';
  if (witnesses.length > voters.length >> 1) {
    return `${witnesses.length} of ${voters.length} voters would be witnesses: a majority without the commands`;
  }
  return undefined;
}

function enterJoint(current: Configuration, target: Configuration, leavesJoint: boolean): Configuration {
  const outgoing = current.voters;
  return {
    voters: target.voters,
    outgoing,
    learners: target.learners.filter((id) => !outgoing.includes(id)),
    learnersNext: target.learners.filter((id) => outgoing.includes(id)),
    witnesses: [...new Set([...current.witnesses, ...target.witnesses])].sort(),
    leavesJoint,
  };
}

/** What a joint configuration becomes when it is left. */
export function leaveJoint({ voters, learners, learnersNext, witnesses }: Configuration): Configuration {
  return {
    voters,
    outgoing: [],
    learners: [...learners, ...learnersNext].sort(),
    learnersNext: [],
    witnesses: witnesses.filter((id) => voters.includes(id)),
    leavesJoint: false,
  };
}

function difference(some: readonly MemberId[], others: readonly MemberId[]): number {
  const only = (these: readonly MemberId[], those: readonly MemberId[]): number =>
    these.filter((id) => !those.includes(id)).length;
  // Replacing one voter by another is two changes.
  return only(some, others) + only(others, some);
}

function same(some: readonly MemberId[], others: readonly MemberId[]): boolean {
  return some.length === others.length && some.every((id, place) => id === others[place]);
}

function invalid(reason: string): Plan {
  return { outcome: 'invalid', reason };
}
