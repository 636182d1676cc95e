import type { Attributes, AttributeValue } from '@opentelemetry/api';
import type { SpanLimits } from './span-limits.ts';

/** For what has no attributes. */
const noAttributes: Attributes = Object.freeze({});

/** Attributes as they were given, of values that may be exported, within limits. */
export class BoundedAttributes {
  values: Attributes = noAttributes;
  /** How many were left out. */
  dropped = 0;
  private count = 0;

  /** A value that is none is left out, also where one was; one without a name likewise. */
  set(key: string, value: unknown, limits: SpanLimits): void {
    const bounded = boundedValue(value, limits.attributeLength);
    // The name would set the prototype instead.
    if (bounded === undefined || key === '' || key === '__proto__') {
      if (value !== undefined && value !== null) this.dropped += 1;
      return;
    }
    if (this.values[key] === undefined || this.values === noAttributes) {
      if (this.count >= limits.attributes) {
        this.dropped += 1;
        return;
      }
      if (this.count === 0) this.values = {};
      this.count += 1;
    }
    this.values[key] = bounded;
  }

  setAll(attributes: Attributes, limits: SpanLimits): void {
    for (const key in attributes) this.set(key, attributes[key], limits);
  }
}

/** Texts cut to `lengthMax`, arrays copied; undefined for what is no value of an attribute. */
function boundedValue(value: unknown, lengthMax: number): AttributeValue | undefined {
  switch (typeof value) {
    case 'string':
      return value.length > lengthMax ? value.slice(0, lengthMax) : value;
    case 'number':
    case 'boolean':
      return value;
    case 'object':
      return Array.isArray(value) ? boundedArray(value, lengthMax) : undefined;
    default:
      return undefined;
  }
}

/** Undefined unless all elements are of one kind, holes aside. */
function boundedArray(array: readonly unknown[], lengthMax: number): AttributeValue | undefined {
  let kind: string | undefined;
  const bounded: unknown[] = [];
  for (const element of array) {
    if (element === undefined || element === null) {
      bounded.push(null);
      continue;
    }
    kind ??= typeof element;
    if (typeof element !== kind || Array.isArray(element)) return undefined;
    const value = boundedValue(element, lengthMax);
    if (value === undefined) return undefined;
    bounded.push(value);
  }
  return bounded as AttributeValue;
}
