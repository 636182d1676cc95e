import type { HoldfastError } from '@holdfast/core';
import type { RecoveryStrategy } from './recovery-chain.ts';

/**
 * Something that can fail and be brought back, described by what can be done to it. Each function says by
 * throwing that it did not work; its signal aborts when nobody waits for it any longer.
 */
export interface Component {
  /** Name in errors and events. */
  readonly name: string;
  /** Finds out whether it works. */
  check(signal: AbortSignal): unknown;
  /** Replaces its connections. */
  reconnect?(signal: AbortSignal): unknown;
  /** Starts it anew; with {@link stop}, where there is one, called before. */
  start?(signal: AbortSignal): unknown;
  /** Ends what is left of it. When this throws, it is started all the same. */
  stop?(signal: AbortSignal): unknown;
  /** Makes the rest go on without it, such as by switching a feature off. */
  degrade?(signal: AbortSignal): unknown;
  /** Takes {@link degrade} back once it works again. */
  restore?(signal: AbortSignal): unknown;
  /** Asks somebody else, with the failures so far as `causes`; it is checked once more afterwards. */
  escalate?(failure: HoldfastError<'RECOVERY_FAILED'>, signal: AbortSignal): unknown;
}

/** The strategies that `component` has the functions for, mild to strong. */
export function strategiesOf(component: Component): RecoveryStrategy[] {
  const strategies: RecoveryStrategy[] = ['retry'];
  if (component.reconnect !== undefined) strategies.push('reconnect');
  if (component.start !== undefined) strategies.push('restart');
  if (component.degrade !== undefined) strategies.push('degrade');
  if (component.escalate !== undefined) strategies.push('escalate');
  return strategies;
}
