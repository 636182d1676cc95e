import { int53, type MessageType, message, uint53, uint64 } from '@holdfast/transport/protobuf';

/** Who answered, and the state it answered from. */
export interface ResponseHeader {
  readonly clusterId: bigint;
  readonly memberId: bigint;
  /** Of the key space when the request was served. */
  readonly revision: number;
  readonly raftTerm: number;
}
export const ResponseHeader: MessageType<ResponseHeader> = message('etcdserverpb.ResponseHeader', {
  clusterId: uint64(1),
  memberId: uint64(2),
  revision: int53(3),
  raftTerm: uint53(4),
});
