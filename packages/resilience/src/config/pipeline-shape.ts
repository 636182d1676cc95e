import { policyVariants } from './policy-types.ts';
import { type Fields, number, positiveDuration, required, type Shape, text, whole } from './shape.ts';

const budget: Fields = { ratio: number(0, 10), window: positiveDuration, minimum: whole(0) };

/** A whole configuration. */
export const pipelineShape: Shape = {
  is: 'record',
  fields: {
    $schema: text,
    name: text,
    policies: required({ is: 'list', of: { is: 'variants', of: policyVariants }, min: 1 }),
    budgets: { is: 'map', of: { is: 'record', fields: budget } },
  },
};
