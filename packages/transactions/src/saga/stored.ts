/**
 * What a result is once it has been recorded: what JSON keeps of it. Dates become text, functions are lost, classes become
 * plain objects; what JSON refuses is `never`.
 */
export type Stored<Value> = unknown extends Value
  ? Value
  : Value extends { toJSON(): infer Json }
    ? Stored<Json>
    : Value extends string | number | boolean | null | undefined
      ? Value
      : Value extends void
        ? undefined
        : Value extends bigint
          ? never
          : Value extends ((...args: never) => unknown) | symbol
            ? undefined
            : Value extends readonly unknown[]
              ? { readonly [Index in keyof Value]: Stored<Value[Index]> }
              : Value extends object
                ? { readonly [Key in keyof Value as Kept<Key, Value[Key]>]: Stored<Value[Key]> }
                : never;

type Kept<Key extends PropertyKey, Value> = Key extends symbol
  ? never
  : Value extends (...args: never) => unknown
    ? never
    : Key;
