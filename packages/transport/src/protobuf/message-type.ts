/** A protobuf message: how its values are written and read. Declared once, in TypeScript, with `message({...})`. */
export interface MessageType<Value> {
  readonly name: string;
  /** All fields at their defaults, overlaid with `fields`. */
  create(fields?: Partial<Value>): Value;
  encode(value: Value): Uint8Array;
  /**
   * Unknown fields are skipped; fields that are not there have their defaults. `bytes` fields are views of `bytes`.
   *
   * @throws HoldfastError MALFORMED_MESSAGE.
   */
  decode(bytes: Uint8Array): Value;
}
