export type { Element, Field, FieldReader } from './field.ts';
export {
  bool,
  bytes,
  clampedInt53,
  double,
  enumeration,
  fixed32,
  fixed64,
  float,
  int32,
  int53,
  int64,
  nested,
  type Oneof,
  oneof,
  optional,
  repeated,
  sfixed32,
  sfixed64,
  sint32,
  sint64,
  string,
  uint32,
  uint53,
  uint64,
} from './fields.ts';
export { type FieldsOf, message } from './message.ts';
export { MessageReader } from './message-reader.ts';
export type { MessageType } from './message-type.ts';
export { MessageWriter } from './message-writer.ts';
