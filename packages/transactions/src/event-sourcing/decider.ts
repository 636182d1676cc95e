import type { JsonValue } from '@holdfast/core';

/** An event as a program sees it. */
export interface DomainEvent {
  readonly type: string;
  readonly data: JsonValue;
}

/**
 * What an aggregate is: how it decides, and what its events make of it. Both are pure, so that they can be repeated. After
 * J. Chassaing, "Functional Event Sourcing Decider".
 */
export interface Decider<Command, Event extends DomainEvent, State> {
  readonly initial: State;
  /** The events that the command leads to; none when there is nothing to do. Throws to refuse it. */
  decide(command: Command, state: State): readonly Event[];
  /** What an event makes of the state, which is not changed itself. It refuses nothing: what has happened has happened. */
  evolve(state: State, event: Event): State;
}
