/**
 * What a value of a configuration may be, as data: the check at the door and the JSON Schema are both made from it.
 * `function` and `budget` are names of such things.
 */
export type Shape =
  | { readonly is: 'text' | 'flag' | 'function' | 'budget' }
  | { readonly is: 'number'; readonly min: number; readonly max: number; readonly whole: boolean }
  | { readonly is: 'duration'; readonly positive: boolean }
  | { readonly is: 'choice'; readonly of: readonly string[] }
  | { readonly is: 'either'; readonly of: readonly Shape[] }
  | { readonly is: 'list'; readonly of: Shape; readonly min: number }
  | { readonly is: 'map'; readonly of: Shape }
  | { readonly is: 'record'; readonly fields: Fields }
  | { readonly is: 'variants'; readonly of: Variants };

/** The fields of an object, by name. */
export type Fields = Readonly<Record<string, Field>>;
export type Field = Shape & { readonly required?: true };
/** The fields of objects that are told apart by their `type`. */
export type Variants = Readonly<Record<string, Fields>>;

export const text: Shape = { is: 'text' };
export const functionName: Shape = { is: 'function' };
export const budgetName: Shape = { is: 'budget' };
export const duration: Shape = { is: 'duration', positive: false };
export const positiveDuration: Shape = { is: 'duration', positive: true };

/** A whole number. */
export function whole(min: number, max: number = Number.MAX_SAFE_INTEGER): Shape {
  return { is: 'number', min, max, whole: true };
}

export function number(min: number, max: number): Shape {
  return { is: 'number', min, max, whole: false };
}

export function choice(...of: readonly string[]): Shape {
  return { is: 'choice', of };
}

export function required(shape: Shape): Field {
  return { ...shape, required: true };
}
