import { EtcdError, GrpcCode } from '../etcd/etcd-errors.ts';
import { HealthCheckRequest, HealthCheckResponse, ServingStatus } from '../etcd/health.ts';
import type { Call, ResponseSink } from './call.ts';
import { type AnyMethod, stream, unary } from './method.ts';

/** gRPC's health service: that a server answers at all, as etcd's says it. Whether it has a leader, `/health` says. */
export class HealthService {
  methods(): readonly AnyMethod[] {
    return [
      unary('/grpc.health.v1.Health/Check', HealthCheckRequest, HealthCheckResponse, ({ service }) => {
        if (service !== '') throw new EtcdError({ code: GrpcCode.NotFound, message: 'unknown service' });
        return { status: ServingStatus.SERVING };
      }),
      stream('/grpc.health.v1.Health/Watch', HealthCheckRequest, HealthCheckResponse, watch),
    ];
  }
}

async function watch(
  requests: AsyncIterable<HealthCheckRequest>,
  responses: ResponseSink<HealthCheckResponse>,
  { signal }: Call,
): Promise<void> {
  for await (const { service } of requests) {
    responses.send({ status: service === '' ? ServingStatus.SERVING : ServingStatus.SERVICE_UNKNOWN });
    break;
  }
  if (!signal.aborted)
    await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
}
