import type { CoordinationStore } from '@holdfast/coordination';
import { type Clock, isHoldfastError, type JsonValue, type Random } from '@holdfast/core';
import type { History, KeyValueInput, KeyValueOutput } from '@holdfast/simulation';

export type KeyValueHistory = History<KeyValueInput, KeyValueOutput>;

const text = new TextDecoder();
const bytes = new TextEncoder();
const keys = 6;
const pauseMillisMax = 12;

/** A client that reads and changes a few keys until `until`, and writes down what it asked for and was told. */
export async function useRegisters(
  name: string,
  store: CoordinationStore,
  history: KeyValueHistory,
  clock: Clock,
  random: Random,
  until: AbortSignal,
): Promise<void> {
  let known: JsonValue = null;
  for (let count = 0; !until.aborted; count++) {
    const key = `register/${random.below(keys)}`;
    const input = drawInput(key, `${name}.${count}`, known, random);
    const id = history.invoke(clock.now(), name, input);
    try {
      const output = await call(store, input);
      history.ok(id, clock.now(), output);
      if (input.kind === 'get') known = output;
    } catch (error) {
      if (!isHoldfastError(error)) throw error;
      if (error.executed === 'no') history.failed(id, clock.now());
      else history.unknown(id, clock.now());
    }
    await new Promise((resolve) => setTimeout(resolve, random.below(pauseMillisMax)));
  }
}

function drawInput(key: string, value: string, known: JsonValue, random: Random): KeyValueInput {
  const kind = random.below(10);
  if (kind < 4) return { kind: 'get', key };
  if (kind < 7) return { kind: 'put', key, value };
  if (kind < 9) return { kind: 'cas', key, expected: known, value };
  return { kind: 'delete', key };
}

async function call(store: CoordinationStore, input: KeyValueInput): Promise<KeyValueOutput> {
  const { key } = input;
  switch (input.kind) {
    case 'get': {
      const entry = await store.get(key);
      return entry === undefined ? null : text.decode(entry.value);
    }
    case 'put':
      await store.put(key, bytes.encode(String(input.value)));
      return null;
    case 'delete':
      await store.delete(key);
      return null;
    case 'cas': {
      const { expected, value } = input;
      const { succeeded } = await store.transact({
        compare: [
          expected === null
            ? { key, target: 'version', is: '=', value: 0 }
            : { key, target: 'value', is: '=', value: bytes.encode(String(expected)) },
        ],
        then: [{ do: 'put', key, value: bytes.encode(String(value)) }],
      });
      return succeeded;
    }
  }
}
