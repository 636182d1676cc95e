import type { OperationAttributes } from '@holdfast/core';

/** What a call is called in telemetry, at both of its ends: as gRPC calls it, such as `etcdserverpb.KV/Txn`. */
export function rpcName(path: string): string {
  return path.slice(1);
}

/** What the semantic conventions of OpenTelemetry tell of a call. @param protocol - 'grpc', or 'holdfast' for the native one. */
export function rpcAttributes(path: string, protocol: string): OperationAttributes {
  const [service, method] = rpcName(path).split('/') as [string, string];
  return { 'rpc.system': protocol, 'rpc.service': service, 'rpc.method': method };
}
