import { ErrorMonitor } from '@holdfast/core';
import type { StructuredLogger } from '../logs/structured-logger.ts';
import type { MetricRegistry } from '../metrics/metric-registry.ts';
import type { OperationListener } from '../red/operation-metrics.ts';
import { observeClusters } from './cluster-instruments.ts';
import { observeLedgers } from './ledger-instruments.ts';
import { observeNetwork } from './network-instruments.ts';
import { observePolicies } from './policy-instruments.ts';
import { observeRecovery } from './recovery-instruments.ts';
import { Teller } from './teller.ts';

export interface ObserveComponentsOptions {
  readonly registry: MetricRegistry;
  /** Where changes of state that somebody should know of are logged. Default nowhere. */
  readonly logger?: StructuredLogger | undefined;
  /** What errors are counted in, for the admin endpoint. Default a new one. */
  readonly errors?: ErrorMonitor | undefined;
}

/** Makes what Holdfast's components tell into telemetry, until it is stopped. */
export interface ComponentInstruments {
  readonly errors: ErrorMonitor;
  /** Counts the errors of operations: hand it to `OperationMetrics`. */
  readonly operations: OperationListener;
  stop(): void;
}

/**
 * Hears the events of all of Holdfast's packages that are loaded, now or later, and makes metrics of them, events of the
 * active span, and logs. docs/telemetry.md lists their names.
 *
 * @throws HoldfastError METRIC_EXISTS when the registry has them already.
 */
export function observeComponents({
  registry,
  logger,
  errors = new ErrorMonitor(),
}: ObserveComponentsOptions): ComponentInstruments {
  const teller = new Teller({ registry, logger, errors });
  const subscriptions = [
    ...observePolicies(teller),
    ...observeRecovery(teller),
    ...observeLedgers(teller),
    ...observeClusters(teller),
    ...observeNetwork(teller),
  ];
  return {
    errors,
    operations: { operationEnded: (_name, _micros, error) => teller.error(error) },
    stop: () => {
      for (const unsubscribe of subscriptions) unsubscribe();
    },
  };
}
