/** What is wrong with a state, or undefined: what `Scenario.invariants` holds, by name. */
export type Invariant<State> = (state: State) => string | undefined;

/**
 * Never two at once: `list` gives the names of all that are, such as the leaders of a term. Usage:
 *
 *     invariants: { 'one leader a term': atMostOne('leader', (state) => state.leaders()) }
 */
export function atMostOne<State>(what: string, list: (state: State) => Iterable<string>): Invariant<State> {
  return (state) => {
    let first: string | undefined;
    for (const name of list(state)) {
      if (first !== undefined) return `two of ${what} at once: ${first} and ${name}`;
      first = name;
    }
    return undefined;
  };
}

/** Numbers that never get smaller, such as the term or the commit index of each host, by name. */
export function neverFalls<State extends object>(
  what: string,
  values: (state: State) => Iterable<readonly [string, number]>,
): Invariant<State> {
  return comparing(values, (name, before, now) =>
    now < before ? `${what} of ${name} fell from ${before} to ${now}` : undefined,
  );
}

/**
 * What stays as it was first seen, such as the vote in a term or the entry at a committed index, by name. Values are
 * compared with `Object.is`.
 */
export function neverChanges<State extends object, Value extends string | number | boolean>(
  what: string,
  values: (state: State) => Iterable<readonly [string, Value]>,
): Invariant<State> {
  return comparing(values, (name, before, now) =>
    Object.is(before, now) ? undefined : `${what} of ${name} changed from ${before} to ${now}`,
  );
}

/** Compares each value with the one seen before in the same run: each run has a state object of its own. */
function comparing<State extends object, Value>(
  values: (state: State) => Iterable<readonly [string, Value]>,
  compare: (name: string, before: Value, now: Value) => string | undefined,
): Invariant<State> {
  const seenByRun = new WeakMap<State, Map<string, Value>>();
  return (state) => {
    let seen = seenByRun.get(state);
    if (seen === undefined) {
      seen = new Map();
      seenByRun.set(state, seen);
    }
    for (const [name, now] of values(state)) {
      if (seen.has(name)) {
        const wrong = compare(name, seen.get(name)!, now);
        if (wrong !== undefined) return wrong;
      }
      seen.set(name, now);
    }
    return undefined;
  };
}
