/** Logarithms of factorials, as far as they were asked for. */
const logFactorials: number[] = [0];

/**
 * Fisher's exact test, one-sided: how likely it is that at least `now` of `ofNow` things are of a kind, when `before` of `ofBefore`
 * others were, and chance alone dealt them out.
 */
export function exactTest(now: number, ofNow: number, before: number, ofBefore: number): number {
  const ofKind = now + before;
  const all = logChoose(ofNow + ofBefore, ofKind);
  let probability = 0;
  for (let count = now; count <= Math.min(ofNow, ofKind); count++) {
    if (ofKind - count > ofBefore) continue;
    probability += Math.exp(logChoose(ofNow, count) + logChoose(ofBefore, ofKind - count) - all);
  }
  return Math.min(1, probability);
}

function logChoose(from: number, count: number): number {
  return logFactorial(from) - logFactorial(count) - logFactorial(from - count);
}

function logFactorial(of: number): number {
  for (let next = logFactorials.length; next <= of; next++) {
    logFactorials.push(logFactorials[next - 1]! + Math.log(next));
  }
  return logFactorials[of]!;
}
