import type { ObjectiveState, Window } from '../api/console-api.ts';
import { readNewest } from '../store/point-reader.ts';
import type { TelemetryStore } from '../store/telemetry-store.ts';
import { KeptAnswers, windowKey } from './kept-answers.ts';

const events = 'holdfast.slo.events';
const target = 'holdfast.slo.target';
const budget = 'holdfast.slo.budget.remaining';
const burning = 'holdfast.slo.burn_rate';
/** An hour, which is the window whose burn rate is shown, as attributes say it. */
const hour: ReadonlySet<string | undefined> = new Set(['60m', '1h', '3600s']);

/** The objectives that processes tell of. Of several processes of a service, events add up, and the worst budget counts. */
export class Objectives {
  readonly #store: TelemetryStore;
  readonly #now: () => number;
  readonly #kept: KeptAnswers<readonly ObjectiveState[]>;

  constructor(store: TelemetryStore, now: () => number) {
    this.#store = store;
    this.#now = now;
    this.#kept = new KeptAnswers({ goodMillis: 5_000, staleMillis: 15_000, keptMax: 8, now });
  }

  /** As they were at the end of a window. Windows that differ by some seconds are one. */
  read(window: Window): Promise<readonly ObjectiveState[]> {
    return this.#kept.get(windowKey(window, this.#now(), sharedMillis), () =>
      readObjectives(this.#store, window),
    );
  }
}

const sharedMillis = 10_000;

async function readObjectives(store: TelemetryStore, window: Window): Promise<ObjectiveState[]> {
  const newest = await store.readers.read((connection) =>
    readNewest(connection, store.series, window, [events, target, budget, burning]),
  );
  const states = new Map<string, { -readonly [Field in keyof ObjectiveState]: ObjectiveState[Field] }>();
  for (const [{ name: metric, resource, attributesJson }, value] of newest) {
    const attributes = JSON.parse(attributesJson) as Readonly<Record<string, string>>;
    const name = attributes['holdfast.slo.name'] ?? '';
    const { service } = resource;
    const key = `${service}\0${name}`;
    const state = states.get(key) ?? {
      name,
      service,
      target: 0,
      good: 0,
      total: 0,
      budgetLeft: 1,
      burnRate: 0,
    };
    states.set(key, state);
    if (metric === target) state.target = value;
    else if (metric === budget) state.budgetLeft = Math.min(state.budgetLeft, value);
    else if (metric === events) {
      state.total += value;
      if (attributes['holdfast.slo.outcome'] === 'good') state.good += value;
    } else if (hour.has(attributes['holdfast.slo.window'])) state.burnRate = Math.max(state.burnRate, value);
  }
  return [...states.values()].sort((one, other) => one.budgetLeft - other.budgetLeft);
}
