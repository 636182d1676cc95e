import { invalidArgument } from '@holdfast/core';
import type { Attributes, SpanKind } from '@opentelemetry/api';
import type { SampledParent, Sampler, SamplingDecision } from './sampler.ts';

/** Traces of one kind, by their first span in this process. What is left out matches every span. */
export interface SamplingRule {
  /** The span's name, or a pattern of it. */
  readonly name?: string | RegExp;
  readonly kind?: SpanKind;
  /** Attributes that it begins with. */
  readonly attributes?: Attributes;
  /** Who decides on it. */
  readonly sampler: Sampler;
}

/**
 * Gives each trace to the sampler of the first rule that its first span matches, and else to `otherwise`: health checks to
 * `alwaysOff`, payments to `alwaysOn`, the rest to a budget. An attribute `sampling.priority` that the span begins
 * with, as OpenTracing has it, goes before all rules: above 0 it is recorded, at 0 it is not.
 *
 * @throws HoldfastError INVALID_ARGUMENT
 */
export function prioritised(rules: readonly SamplingRule[], otherwise: Sampler): Sampler {
  rules.forEach(({ name }, index) => {
    // Such a pattern remembers where it stopped, and would match every other time.
    if (name instanceof RegExp && (name.global || name.sticky)) {
      throw invalidArgument(`rules[${index}].name`, String(name), 'a pattern without the flags g and y');
    }
  });
  return new Prioritised(rules, otherwise);
}

class Prioritised implements Sampler {
  readonly #rules: readonly SamplingRule[];
  readonly #otherwise: Sampler;

  constructor(rules: readonly SamplingRule[], otherwise: Sampler) {
    this.#rules = [...rules];
    this.#otherwise = otherwise;
  }

  decide(
    parent: SampledParent | undefined,
    randomness: number,
    name: string,
    kind: SpanKind,
    attributes: Attributes | undefined,
  ): SamplingDecision {
    const priority = attributes?.['sampling.priority'];
    if (typeof priority === 'number') return priority > 0 ? 'sample' : 'drop';
    for (const rule of this.#rules) {
      if (!matches(rule, name, kind, attributes)) continue;
      return rule.sampler.decide(parent, randomness, name, kind, attributes);
    }
    return this.#otherwise.decide(parent, randomness, name, kind, attributes);
  }
}

function matches(
  rule: SamplingRule,
  name: string,
  kind: SpanKind,
  attributes: Attributes | undefined,
): boolean {
  if (rule.kind !== undefined && rule.kind !== kind) return false;
  if (typeof rule.name === 'string' ? rule.name !== name : rule.name?.test(name) === false) return false;
  for (const key in rule.attributes) if (attributes?.[key] !== rule.attributes[key]) return false;
  return true;
}
