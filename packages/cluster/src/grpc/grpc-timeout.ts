const unitMicros: Readonly<Record<string, number>> = {
  n: 0.001,
  u: 1,
  m: 1_000,
  S: 1_000_000,
  M: 60_000_000,
  H: 3_600_000_000,
};

/** Microseconds of a `grpc-timeout` such as `4999m`: at most eight digits and a unit. Undefined for anything else. */
export function parseGrpcTimeout(text: string): number | undefined {
  const unit = unitMicros[text.slice(-1)];
  const digits = text.slice(0, -1);
  return unit !== undefined && /^\d{1,8}$/.test(digits) ? Math.ceil(Number(digits) * unit) : undefined;
}
