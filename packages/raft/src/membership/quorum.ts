/** Reused for sorting; a call never leaves anything in it that another one reads. */
const scratch: number[] = [];

/**
 * The largest value that a majority of `voters` has reached; Infinity where there is nobody to ask, so that an empty
 * half of a joint configuration never holds anything back.
 */
export function majorityReached<Voter>(
  voters: readonly Voter[],
  reachedBy: (voter: Voter) => number,
): number {
  const count = voters.length;
  if (count === 0) return Number.POSITIVE_INFINITY;
  // Insertion sort, the largest first: clusters are small, and this allocates nothing.
  for (let sorted = 0; sorted < count; sorted++) {
    const value = reachedBy(voters[sorted]!);
    let place = sorted;
    while (place > 0 && scratch[place - 1]! < value) {
      scratch[place] = scratch[place - 1]!;
      place--;
    }
    scratch[place] = value;
  }
  return scratch[count >> 1]!;
}

/** What a majority of both halves has reached. */
export function quorumReached<Voter>(
  voters: readonly Voter[],
  outgoing: readonly Voter[],
  reachedBy: (voter: Voter) => number,
): number {
  return Math.min(majorityReached(voters, reachedBy), majorityReached(outgoing, reachedBy));
}

export type VoteResult = 'won' | 'lost' | 'pending';

/** How an election among `voters` stands. Among nobody it is won, as in {@link majorityReached}. */
export function majorityVote<Voter>(
  voters: readonly Voter[],
  votes: { get(voter: Voter): boolean | undefined },
): VoteResult {
  let granted = 0;
  let refused = 0;
  for (const voter of voters) {
    const vote = votes.get(voter);
    if (vote === true) granted++;
    else if (vote === false) refused++;
  }
  if (voters.length === 0 || granted > voters.length >> 1) return 'won';
  return voters.length - refused > voters.length >> 1 ? 'pending' : 'lost';
}

/** How an election stands that both halves must win. */
export function quorumVote<Voter>(
  voters: readonly Voter[],
  outgoing: readonly Voter[],
  votes: { get(voter: Voter): boolean | undefined },
): VoteResult {
  const one = majorityVote(voters, votes);
  const other = majorityVote(outgoing, votes);
  if (one === 'lost' || other === 'lost') return 'lost';
  return one === 'won' && other === 'won' ? 'won' : 'pending';
}
