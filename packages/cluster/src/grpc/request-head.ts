import type { HeaderField } from '@holdfast/transport/http2';
import { parseGrpcTimeout } from './grpc-timeout.ts';

/** What the header fields of a gRPC request say that matters here. */
export class RequestHead {
  path = '';
  method = '';
  contentType = '';
  encoding = 'identity';
  /** Microseconds; undefined for none, -1 for one that is malformed. */
  timeout: number | undefined = undefined;
  token: string | undefined = undefined;
  requiresLeader = false;
  traceparent: string | undefined = undefined;

  constructor(fields: readonly HeaderField[]) {
    for (let index = 0; index < fields.length; index++) {
      const value = fields[index]![1];
      switch (fields[index]![0]) {
        case ':path':
          this.path = value;
          break;
        case ':method':
          this.method = value;
          break;
        case 'content-type':
          this.contentType = value;
          break;
        case 'grpc-encoding':
          this.encoding = value;
          break;
        case 'grpc-timeout':
          this.timeout = parseGrpcTimeout(value) ?? -1;
          break;
        // etcd's clients say `token`, its gateway says `authorization`; the first is what counts.
        case 'token':
          this.token = value;
          break;
        case 'authorization':
          this.token ??= value;
          break;
        case 'traceparent':
          this.traceparent = value;
          break;
        case 'hasleader':
          this.requiresLeader = value === 'true';
          break;
      }
    }
  }
}
