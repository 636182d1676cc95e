import { invalidArgument, platformWorld, type World } from '@holdfast/core';
import type { BatchSink } from '../batch-sink.ts';
import type { DecodeLimits } from '../decode/decode-limits.ts';
import { ByteBudget } from './byte-budget.ts';
import { Intake } from './intake.ts';
import { Unpacker } from './unpack.ts';

export interface ReceiverOptions {
  readonly sink: BatchSink;
  /** Bytes of a body, unpacked. More is refused. Default 16 MiB. */
  readonly bodyBytesMax?: number;
  /** Bytes that all requests under way may hold together. More are told to come again. Default 128 MiB. */
  readonly pendingBytesMax?: number;
  readonly limits?: Partial<DecodeLimits>;
  /** Default the platform's. */
  readonly world?: Pick<World, 'clock'>;
}

/** What receivers of all transports share, so that their limits hold for all together. */
export interface ReceiverCore {
  readonly intake: Intake;
  readonly budget: ByteBudget;
  readonly unpacker: Unpacker;
  readonly bodyBytesMax: number;
  readonly sink: BatchSink;
}

const mebibyte = 1_048_576;

/** @throws HoldfastError INVALID_ARGUMENT. */
export function receiverCore({
  bodyBytesMax = 16 * mebibyte,
  limits = {},
  pendingBytesMax = 128 * mebibyte,
  sink,
  world = platformWorld(),
}: ReceiverOptions): ReceiverCore {
  for (const [field, value] of Object.entries({ bodyBytesMax, pendingBytesMax, ...limits })) {
    if (!(Number.isSafeInteger(value) && value > 0)) {
      throw invalidArgument(field, value, 'a whole number from 1');
    }
  }
  return {
    intake: new Intake({ sink, world, limits }),
    budget: new ByteBudget(pendingBytesMax),
    unpacker: new Unpacker(bodyBytesMax),
    bodyBytesMax,
    sink,
  };
}
