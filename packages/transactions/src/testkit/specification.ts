import { asHoldfastError, assert, type JsonValue } from '@holdfast/core';
import type { Decider, DomainEvent } from '../event-sourcing/decider.ts';
import { equal } from './expectations.ts';

/** What an aggregate has to do, as a user tells it: given what has happened, when a command comes, then this happens. */
export interface Specification<Command, Event, State> {
  given(...events: readonly Event[]): Given<Command, Event, State>;
}

export interface Given<Command, Event, State> {
  when(command: Command): When<Event>;
  /** The state that the events lead to. */
  thenState(expected: State): void;
}

export interface When<Event> {
  /** The command leads to these events, in this order; to none if none are named. */
  then(...expected: readonly Event[]): void;
  /** The command is refused: with this error code, or with a message that this matches. */
  thenRefused(why: string | RegExp): void;
}

/**
 * Specifications of a decider, for any test runner:
 *
 *     specification(account).given(opened(100)).when(withdraw(30)).then(withdrawn(30));
 *
 * Each also checks what event sourcing relies on: that the same command and state lead to the same events, and that
 * neither `decide` nor `evolve` changes what it is given.
 */
export function specification<Command, Event extends DomainEvent, State>(
  decider: Decider<Command, Event, State>,
): Specification<Command, Event, State> {
  const evolved = (events: readonly Event[]): State => {
    let state = frozen(decider.initial);
    for (const event of events) {
      const next = decider.evolve(state, frozen(event));
      equal(decider.evolve(state, event), next, `what ${event.type} makes of a state, a second time`);
      state = frozen(next);
    }
    return state;
  };
  return {
    given: (...events) => ({
      thenState: (expected) => equal(evolved(events), expected, 'the state'),
      when(command) {
        const decide = (): readonly Event[] => decider.decide(frozen(command), evolved(events));
        return {
          then(...expected) {
            const decided = decide();
            equal(decided.map(form), expected.map(form), 'the events');
            equal(decide().map(form), decided.map(form), 'the events of the same command, a second time');
            evolved([...events, ...decided]);
          },
          thenRefused(why) {
            const refusal = refusalOf(decide);
            assert(refusal !== undefined, `the command is refused: ${why}`);
            const { code, message } = asHoldfastError(refusal.error);
            const fits = typeof why === 'string' ? code === why : why.test(message);
            assert(fits, `the command is refused with ${code} (${message}), but it has to be ${why}`);
          },
        };
      },
    }),
  };
}

function refusalOf(decide: () => unknown): { readonly error: unknown } | undefined {
  try {
    decide();
    return undefined;
  } catch (error) {
    return { error };
  }
}

function form({ type, data }: DomainEvent): JsonValue {
  return { type, data };
}

/** `value`, which throws when somebody changes it. */
function frozen<Value>(value: Value): Value {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value;
  Object.freeze(value);
  for (const part of Object.values(value)) frozen(part);
  return value;
}
