/** An instance as one tells it from others at a glance: of a UUID, its first part. */
export function shortInstance(instance: string): string {
  return /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f-]{22}$/.test(instance) ? instance.slice(0, 8) : instance;
}
