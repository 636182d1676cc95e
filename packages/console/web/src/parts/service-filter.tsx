import type { JSX } from 'preact';
import { useMemo } from 'preact/hooks';
import type { Overview, ServiceDetail } from '../api/console-api.ts';
import { useAnswer } from '../api/use-answer.ts';
import { parameter, setParameters } from '../routing/location.ts';
import { Select, TextField } from './field.tsx';

interface ServiceFilterProps {
  /** Parameters of the URL that mean nothing once another service or operation is chosen. */
  readonly clears?: readonly string[];
  /** Whether an operation may be named without its service. */
  readonly anyOperation?: boolean;
}

/** A service, and an operation: the parameters `service` and `operation` of the URL. */
export function ServiceFilter({ clears = [], anyOperation = false }: ServiceFilterProps): JSX.Element {
  const service = parameter('service');
  const services = useAnswer<Overview>('/overview', { every: 0 }).data?.services;
  const detail = useAnswer<ServiceDetail>(
    service === undefined ? undefined : `/services/${encodeURIComponent(service)}`,
    { every: 0 },
  );
  const operations = useMemo(
    () => [...new Set(detail.data?.operations.map(({ operation }) => operation) ?? [])],
    [detail.data],
  );
  const names = new Set(services?.map(({ name }) => name));
  if (service !== undefined) names.add(service);
  const cleared = Object.fromEntries(clears.map((name) => [name, undefined]));
  return (
    <>
      <Select
        label="Service"
        value={service ?? ''}
        options={[
          { value: '', text: 'All services' },
          ...[...names].sort().map((name) => ({ value: name, text: name })),
        ]}
        onChange={(value) => setParameters({ ...cleared, service: value, operation: undefined })}
      />
      {(anyOperation || service !== undefined) && (
        <TextField
          label="Operation"
          placeholder={anyOperation ? 'Operation' : 'All operations'}
          class="operation-filter"
          value={parameter('operation') ?? ''}
          suggestions={operations}
          onChange={(value) => setParameters({ ...cleared, operation: value })}
        />
      )}
    </>
  );
}
