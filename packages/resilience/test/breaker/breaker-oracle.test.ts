import { expect, test } from 'vitest';
import { BreakerCore } from '../../src/breaker/breaker-core.ts';
import { scenarios } from './scenarios.ts';
import { search } from './search.ts';

test.each(scenarios)('every sequence to depth 8: $name', (scenario) => {
  const started = performance.now();
  const explored = search((settings, onTransition) => new BreakerCore(settings, onTransition), scenario, {
    depth: 16,
    waysPerState: 2,
    mostInFlight: 4,
  });
  console.log(scenario.name, explored, Math.round(performance.now() - started));
  expect(explored.states).toBeGreaterThan(20);
}, 120_000);
