const urlPassword = /(:\/\/[^\s/:@]*):[^\s/@]*@/g;
const passwordLengthMax = 1024;

/** The first `lengthMax` characters of `text`, with `…` where it was cut and without the passwords of URLs. */
export function cleanText(text: string, lengthMax: number): string {
  // A margin beyond the cut, so that a password is recognised although its end will not be kept.
  const clean = text.slice(0, lengthMax + passwordLengthMax).replace(urlPassword, '$1:[redacted]@');
  return clean.length > lengthMax ? `${clean.slice(0, lengthMax)}…` : clean;
}
