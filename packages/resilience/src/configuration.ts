// Pipelines from data, which needs every policy there is: import it from '@holdfast/resilience/configuration'.
export type { ConfiguredFunction } from './config/assembly.ts';
export type { ConfigurationProblem } from './config/check-shape.ts';
export type {
  BackoffConfiguration,
  BudgetConfiguration,
  Configured,
  PipelineConfiguration,
  PolicyConfiguration,
  PolicyConfigurations,
  PolicyType,
} from './config/configuration.ts';
export {
  analyseConfiguration,
  type ConfigurationReloadedEvent,
  ConfiguredPipeline,
  type ConfiguredPipelineOptions,
  configurationProblems,
  configurationReloaded,
  configuredPipeline,
} from './config/configured-pipeline.ts';
export type { ConfigurationChange } from './config/reload.ts';
