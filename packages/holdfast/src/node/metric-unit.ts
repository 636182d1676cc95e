/** The unit that a metric of this name has, if any. */
export function unitOf(name: string): { unit?: string } {
  const unit = /_(bytes|seconds)(?:_total)?$/.exec(name)?.[1];
  return unit === undefined ? {} : { unit };
}
