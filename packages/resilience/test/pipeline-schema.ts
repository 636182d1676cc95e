import { pipelineShape } from '../src/config/pipeline-shape.ts';
import { policyVariants } from '../src/config/policy-types.ts';
import type { Fields, Shape, Variants } from '../src/config/shape.ts';

type Schema = Readonly<Record<string, unknown>>;

/** The JSON Schema (draft 2020-12) of a pipeline's configuration, for editors. It allows what the check at the door does. */
export function pipelineSchema(): Schema {
  const policies = Object.entries(policyVariants).map(([type, fields]) => [
    type,
    variantSchema(type, fields),
  ]);
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'A Holdfast pipeline',
    ...schemaOf(pipelineShape),
    $defs: {
      duration: {
        description: "Milliseconds, or a text such as '250ms', '1.5s' or '2m'.",
        anyOf: [
          { type: 'number', minimum: 0 },
          { type: 'string', pattern: '^\\d+(\\.\\d+)?(us|ms|s|m|h|d)$' },
        ],
      },
      ...Object.fromEntries(policies),
    },
  };
}

function schemaOf(shape: Shape): Schema {
  switch (shape.is) {
    case 'text':
      return { type: 'string', minLength: 1 };
    case 'flag':
      return { type: 'boolean' };
    case 'function':
      return { type: 'string', description: 'The name of a function that the code supplies.' };
    case 'budget':
      return { type: 'string', description: 'The name of one of the budgets.' };
    case 'number':
      return {
        type: shape.whole ? 'integer' : 'number',
        minimum: shape.min,
        ...(shape.max < Number.MAX_SAFE_INTEGER && { maximum: shape.max }),
      };
    case 'duration':
      return { $ref: '#/$defs/duration' };
    case 'choice':
      return { enum: shape.of };
    case 'either':
      return { anyOf: shape.of.map(schemaOf) };
    case 'list':
      return { type: 'array', minItems: shape.min, items: schemaOf(shape.of) };
    case 'map':
      return { type: 'object', additionalProperties: schemaOf(shape.of) };
    case 'record':
      return recordSchema(shape.fields);
    case 'variants':
      return { oneOf: variantSchemas(shape.of) };
  }
}

/** The policies are defined once, and referred to wherever one may stand. */
function variantSchemas(variants: Variants): readonly Schema[] {
  return Object.entries(variants).map(([type, fields]) =>
    policyVariants[type] === fields ? { $ref: `#/$defs/${type}` } : variantSchema(type, fields),
  );
}

function variantSchema(type: string, fields: Fields): Schema {
  const {
    properties,
    required = [],
    ...rest
  } = recordSchema(fields) as {
    readonly properties: Schema;
    readonly required?: readonly string[];
  };
  return { ...rest, properties: { type: { const: type }, ...properties }, required: ['type', ...required] };
}

function recordSchema(fields: Fields): Schema {
  const required = Object.keys(fields).filter((name) => fields[name]!.required);
  return {
    type: 'object',
    properties: Object.fromEntries(Object.entries(fields).map(([name, shape]) => [name, schemaOf(shape)])),
    ...(required.length > 0 && { required }),
    additionalProperties: false,
  };
}
