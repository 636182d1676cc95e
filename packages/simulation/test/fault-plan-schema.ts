import { planShape, troubleKinds } from '../src/plan/plan-shape.ts';
import type { Fields, Shape } from '../src/plan/shape.ts';

type Schema = Readonly<Record<string, unknown>>;

/** The JSON Schema (draft 2020-12) of a fault plan, for editors. It allows what the check at the door does. */
export function faultPlanSchema(): Schema {
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'A Holdfast fault plan',
    ...schemaOf(planShape),
    $defs: {
      duration: {
        description: "Milliseconds, or a text such as '250ms', '1.5s' or '2m'.",
        anyOf: [
          { type: 'number', minimum: 0 },
          { type: 'string', pattern: '^\\d+(\\.\\d+)?(us|ms|s|m|h|d)$' },
        ],
      },
      host: {
        description:
          "The name of a host, '@role' for one that has that role when the fault strikes, or '*' for all.",
        type: 'string',
        pattern: '^(@.+|\\*|[^@*].*)$',
      },
      share: { type: 'number', minimum: 0, maximum: 1 },
    },
  };
}

function schemaOf(shape: Shape): Schema {
  switch (shape.is) {
    case 'text':
      return { type: 'string', minLength: 1 };
    case 'host':
    case 'share':
    case 'duration':
      return { $ref: `#/$defs/${shape.is}` };
    case 'constant':
      return { const: shape.value };
    case 'whole':
      return { type: 'integer', minimum: shape.min, maximum: shape.max };
    case 'choice':
      return { enum: shape.of };
    case 'list':
      return { type: 'array', minItems: shape.min, maxItems: shape.max, items: schemaOf(shape.of) };
    case 'record':
      return recordSchema(shape.fields);
    case 'kinds':
      return { oneOf: troubleKinds.map((kind) => kindSchema(kind, { ...shape.common, ...shape.of[kind] })) };
  }
}

function kindSchema(kind: string, fields: Fields): Schema {
  const schema = recordSchema(fields) as {
    readonly properties: Schema;
    readonly required: readonly string[];
  };
  const properties = { kind: { const: kind }, ...schema.properties };
  return { ...schema, properties, required: ['kind', ...schema.required] };
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
