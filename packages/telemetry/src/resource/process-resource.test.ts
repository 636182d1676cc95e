import { DiagLogLevel, diag } from '@opentelemetry/api';
import { expect, test, vi } from 'vitest';
import { processResource } from './process-resource.ts';

const attributesIn = (list: string) =>
  processResource({}, { OTEL_RESOURCE_ATTRIBUTES: list, OTEL_SERVICE_NAME: undefined }).attributes;

test('says who this is and where it runs', () => {
  const { attributes } = processResource({}, {});
  expect(attributes).toMatchObject({
    'service.name': 'unknown_service:node',
    'process.pid': process.pid,
    'process.runtime.version': process.versions.node,
  });
  expect(attributes['service.instance.id']).not.toBe(
    processResource({}, {}).attributes['service.instance.id'],
  );
});

test('what is given goes before the environment, and the name of the service before its attributes', () => {
  const environment = {
    OTEL_SERVICE_NAME: 'named',
    OTEL_RESOURCE_ATTRIBUTES: 'service.name=listed,service.version=1,team=a',
  };
  expect(processResource({}, environment).attributes).toMatchObject({
    'service.name': 'named',
    'service.version': '1',
    team: 'a',
  });
  const given = { service: 'given', version: '2', instance: 'one', attributes: { team: 'b' } };
  expect(processResource(given, environment).attributes).toMatchObject({
    'service.name': 'given',
    'service.version': '2',
    'service.instance.id': 'one',
    team: 'b',
  });
});

test('reads a list of attributes, or tells that it is none', () => {
  expect(attributesIn(' a = 1 ,, b=%C3%BC=2,')).toMatchObject({ a: '1', b: 'ü=2' });
  const warn = vi.fn();
  const logger = { warn, error: warn, info: warn, debug: warn, verbose: warn };
  diag.setLogger(logger, { logLevel: DiagLogLevel.WARN, suppressOverrideMessage: true });
  for (const list of ['a=1,b', 'a=1,=2', 'a=1,b=%zz', `a=${'x'.repeat(9_000)}`]) {
    expect(attributesIn(list)).not.toHaveProperty('a');
  }
  diag.disable();
  expect(warn).toHaveBeenCalledTimes(4);
});
