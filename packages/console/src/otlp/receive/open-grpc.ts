import {
  type handleUnaryCall,
  Metadata,
  Server,
  ServerCredentials,
  type ServiceDefinition,
  type UntypedServiceImplementation,
} from '@grpc/grpc-js';
import { asHoldfastError } from '@holdfast/core';
import { type Signal, signalNames, signals } from '../signal.ts';
import { exportAnswer, grpcCodes, refusalOf, statusAnswer } from './answers.ts';
import { ByteLoan } from './byte-budget.ts';
import { isLoopbackHost } from './expected-host.ts';
import { type OpenReceiver, type PortOptions, portUnavailable } from './open-http.ts';
import type { ReceiverCore } from './receiver-options.ts';

/** Requests at once on one connection. */
const streamsMax = 64;
/** Milliseconds that requests under way may still take when it closes. */
const closeTime = 2_000;

const asIs = (bytes: Buffer): Buffer => bytes;

/**
 * Serves OTLP over gRPC on a port of loopback. Messages are handed to the decoder as they came.
 *
 * @throws HoldfastError PORT_UNAVAILABLE.
 */
export async function openGrpcReceiver(core: ReceiverCore, { port }: PortOptions): Promise<OpenReceiver> {
  const server = new Server({
    'grpc.max_receive_message_length': core.bodyBytesMax,
    'grpc.max_concurrent_streams': streamsMax,
    'grpc-node.max_session_memory': Math.ceil(core.bodyBytesMax / 1_048_576) * 2,
  });
  for (const signal of signalNames) {
    server.addService(definitionOf(signal), {
      Export: exporter(core, signal),
    } as UntypedServiceImplementation);
  }
  const bound = await new Promise<number>((resolve, reject) => {
    server.bindAsync(`127.0.0.1:${port}`, ServerCredentials.createInsecure(), (error, boundPort) => {
      if (error === null) resolve(boundPort);
      else reject(portUnavailable(port, error));
    });
  });
  return { port: bound, close: () => close(server) };
}

function definitionOf(signal: Signal): ServiceDefinition {
  return {
    Export: {
      path: `/${signals[signal].service}/Export`,
      requestStream: false,
      responseStream: false,
      requestSerialize: asIs,
      requestDeserialize: asIs,
      responseSerialize: asIs,
      responseDeserialize: asIs,
    },
  };
}

function exporter(core: ReceiverCore, signal: Signal): handleUnaryCall<Buffer, Buffer> {
  return (call, callback) => {
    if (!isLoopbackHost(call.getHost())) {
      callback({ code: grpcCodes.permissionDenied, details: 'the authority names another host' });
      return;
    }
    const loan = new ByteLoan(core.budget);
    const take = async (): Promise<Uint8Array> => {
      loan.take(call.request.length);
      return exportAnswer(signal, await core.intake.take(signal, call.request, 'protobuf'), 'protobuf');
    };
    void take()
      .then(
        (answer) => callback(null, Buffer.from(answer)),
        (error: unknown) => {
          core.sink.refused(signal, 1);
          const refusal = refusalOf(asHoldfastError(error));
          const metadata = new Metadata();
          metadata.set('grpc-status-details-bin', Buffer.from(statusAnswer(refusal, 'protobuf')));
          callback({ code: refusal.grpcCode, details: refusal.message, metadata });
        },
      )
      .finally(() => loan.end());
  };
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    const late = setTimeout(() => server.forceShutdown(), closeTime);
    server.tryShutdown(() => {
      clearTimeout(late);
      resolve();
    });
  });
}
