import { enumeration, type MessageType, message, string } from '@holdfast/transport/protobuf';

/** How a service fares. */
export const ServingStatus = { UNKNOWN: 0, SERVING: 1, NOT_SERVING: 2, SERVICE_UNKNOWN: 3 } as const;

export interface HealthCheckRequest {
  /** Empty: the server as a whole. */
  readonly service: string;
}
export const HealthCheckRequest: MessageType<HealthCheckRequest> = message(
  'grpc.health.v1.HealthCheckRequest',
  {
    service: string(1),
  },
);

export interface HealthCheckResponse {
  /** One of {@link ServingStatus}. */
  readonly status: number;
}
export const HealthCheckResponse: MessageType<HealthCheckResponse> = message(
  'grpc.health.v1.HealthCheckResponse',
  {
    status: enumeration(1),
  },
);
