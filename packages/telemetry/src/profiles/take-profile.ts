import { invalidArgument, throwIfAborted } from '@holdfast/core';
import type { AdminProfile, AdminProfileRequest, ProfileKind } from '../admin/admin-api.ts';
import { telemetryErrors } from '../telemetry-errors.ts';
import { takeCpuProfile } from './cpu-profile.ts';
import { takeHeapProfile } from './heap-profile.ts';
import { takeOffCpuProfile } from './off-cpu-profile.ts';

/** Takes a profile of this thread for so many milliseconds, or until it is aborted. */
export type TakeProfile = (duration: number, signal: AbortSignal) => Promise<AdminProfile>;

const takers: Readonly<Record<ProfileKind, TakeProfile>> = {
  cpu: takeCpuProfile,
  heap: takeHeapProfile,
  'off-cpu': takeOffCpuProfile,
};

let taking = false;

/**
 * Takes a profile of this thread. One is taken at a time: they would be in each other.
 *
 * @throws HoldfastError INVALID_ARGUMENT, PROFILE_RUNNING, ABORTED.
 */
export async function takeProfile(
  { kind, duration = 5_000 }: AdminProfileRequest,
  signal: AbortSignal = new AbortController().signal,
): Promise<AdminProfile> {
  if (!Object.hasOwn(takers, kind)) throw invalidArgument('kind', kind, "'cpu', 'heap' or 'off-cpu'");
  if (!(typeof duration === 'number' && duration >= 100 && duration <= 60_000)) {
    throw invalidArgument('duration', duration, 'milliseconds from 100 to 60000');
  }
  throwIfAborted(signal, 'a profile');
  if (taking) {
    throw telemetryErrors.create('PROFILE_RUNNING', {
      message: 'another profile is being taken: try again when it is done',
      retryAfter: 1_000,
      stack: false,
    });
  }
  taking = true;
  try {
    return await takers[kind](duration, signal);
  } finally {
    taking = false;
  }
}
