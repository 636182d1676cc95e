import type { ExemplarList } from '../api/console-api.ts';
import type { ConsoleState } from '../console-state.ts';
import { type ApiRequest, attributesIn, numberIn, textIn, windowOf, wordIn } from '../server/api-request.ts';

const limitDefault = 50;
const limitMax = 500;
const values = { min: -Number.MAX_VALUE, max: Number.MAX_VALUE };

export async function exemplarList({ store }: ConsoleState, request: ApiRequest): Promise<ExemplarList> {
  const { query, now, signal } = request;
  const window = windowOf(query, now);
  const found = await store.exemplars(
    {
      ...window,
      service: textIn(query, 'service'),
      metric: textIn(query, 'metric'),
      unit: textIn(query, 'unit'),
      perSeries: wordIn(query, 'perSeries', ['true']) !== undefined,
      attributes: attributesIn(query),
      min: numberIn(query, 'min', values),
      max: numberIn(query, 'max', values),
      limit: numberIn(query, 'limit', { min: 1, max: limitMax }) ?? limitDefault,
    },
    signal,
  );
  return {
    ...window,
    exemplars: found.map(({ series, ...exemplar }) => ({
      ...exemplar,
      metric: series.name,
      unit: series.unit,
      service: series.resource.service,
      instance: series.resource.instance || undefined,
      attributes: JSON.parse(series.attributesJson),
    })),
  };
}
