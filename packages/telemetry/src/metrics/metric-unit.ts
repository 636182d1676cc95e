/** Units as OpenTelemetry writes them (by UCUM), and the words that Prometheus puts at the end of a name. */
const words: ReadonlyMap<string, string> = new Map([
  ['d', 'days'],
  ['h', 'hours'],
  ['min', 'minutes'],
  ['s', 'seconds'],
  ['ms', 'milliseconds'],
  ['us', 'microseconds'],
  ['ns', 'nanoseconds'],
  ['By', 'bytes'],
  ['KiBy', 'kibibytes'],
  ['MiBy', 'mebibytes'],
  ['GiBy', 'gibibytes'],
  ['kBy', 'kilobytes'],
  ['MBy', 'megabytes'],
  ['GBy', 'gigabytes'],
  ['m', 'meters'],
  ['V', 'volts'],
  ['A', 'amperes'],
  ['J', 'joules'],
  ['W', 'watts'],
  ['g', 'grams'],
  ['Cel', 'celsius'],
  ['Hz', 'hertz'],
  ['%', 'percent'],
]);

const units: ReadonlyMap<string, string> = new Map([...words].map(([unit, word]) => [word, unit]));

/** What a metric that was given per some other unit is given per, in the singular: `By/s` is `bytes_per_second`. */
const singulars: ReadonlyMap<string, string> = new Map([
  ['s', 'second'],
  ['min', 'minute'],
  ['h', 'hour'],
  ['d', 'day'],
]);

/** The unit that Prometheus calls `word`. Undefined for what is no such word. */
export function unitCalled(word: string): string | undefined {
  return units.get(word);
}

/**
 * What Prometheus calls `unit`, by OpenTelemetry's rules for it: what stands in braces is no unit, and `1` is the ratio
 * that only a gauge tells. Undefined where it has no word.
 */
export function wordFor(unit: string, isGauge: boolean): string | undefined {
  const bare = unit.replace(/\{[^}]*\}/g, '');
  if (bare === '1') return isGauge ? 'ratio' : undefined;
  const [amount = '', per] = bare.split('/', 2);
  if (per === undefined) return words.get(amount);
  const perWord = singulars.get(per);
  if (perWord === undefined) return undefined;
  return [words.get(amount), 'per', perWord].filter((word) => word !== undefined).join('_');
}
