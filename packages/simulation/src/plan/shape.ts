/**
 * What a value of a fault plan may be, as data: the check at the door and the JSON Schema are both made from it. A
 * `host` is a name, `'@role'` or `'*'`; a `share` a number from 0 to 1.
 */
export type Shape =
  | { readonly is: 'host' | 'share' | 'text' }
  | { readonly is: 'constant'; readonly value: number }
  | { readonly is: 'whole'; readonly min: number; readonly max: number }
  | { readonly is: 'duration'; readonly positive: boolean }
  | { readonly is: 'choice'; readonly of: readonly string[] }
  | { readonly is: 'list'; readonly of: Shape; readonly min: number; readonly max: number }
  | { readonly is: 'record'; readonly fields: Fields }
  | { readonly is: 'kinds'; readonly common: Fields; readonly of: Readonly<Record<string, Fields>> };

/** The fields of an object, by name. */
export type Fields = Readonly<Record<string, Field>>;
export type Field = Shape & { readonly required?: true };
/** The fields of `Type`: one that it does not have, or one forgotten, does not compile. */
export type FieldsOf<Type> = { readonly [Name in keyof Required<Type>]: Field };

export const host: Shape = { is: 'host' };
export const share: Shape = { is: 'share' };
export const text: Shape = { is: 'text' };
export const duration: Shape = { is: 'duration', positive: false };
export const positiveDuration: Shape = { is: 'duration', positive: true };

export function whole(min: number, max: number): Shape {
  return { is: 'whole', min, max };
}

export function choice(...of: readonly string[]): Shape {
  return { is: 'choice', of };
}

export function list(of: Shape, min: number, max: number): Shape {
  return { is: 'list', of, min, max };
}

export function record(fields: Fields): Shape {
  return { is: 'record', fields };
}

export function required(shape: Shape): Field {
  return { ...shape, required: true };
}
