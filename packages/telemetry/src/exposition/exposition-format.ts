/** A way to write metrics, as Prometheus defines it. */
export interface ExpositionFormat {
  readonly syntax: 'text' | 'openmetrics';
  /** Whether names with special characters are written as they are, in quotes. Otherwise with `_` in their place. */
  readonly quotesNames: boolean;
  /** The `Content-Type` of an answer in this format. */
  readonly contentType: string;
}

/** What every scraper understands: text format 0.0.4. */
export const textFormat: ExpositionFormat = {
  syntax: 'text',
  quotesNames: false,
  contentType: 'text/plain; version=0.0.4; charset=utf-8',
};

/** OpenMetrics 1.0. */
export const openMetricsFormat: ExpositionFormat = {
  syntax: 'openmetrics',
  quotesNames: false,
  contentType: 'application/openmetrics-text; version=1.0.0; charset=utf-8',
};

/**
 * The format that a scraper likes best of those written here, by its `Accept` header. Text format 0.0.4 where it says
 * nothing that is understood.
 */
export function negotiateFormat(accept: string | undefined): ExpositionFormat {
  let best: ExpositionFormat = textFormat;
  let bestQuality = 0;
  for (const range of (accept ?? '').split(',')) {
    const [type = '', ...parameters] = range.split(';').map((part) => part.trim().toLowerCase());
    const values = new Map(parameters.map((parameter) => parameter.split('=', 2) as [string, string]));
    const quality = Number(values.get('q') ?? 1);
    const format = formatOf(type, values.get('version'), values.get('escaping'));
    if (format === undefined || !(quality > bestQuality)) continue;
    best = format;
    bestQuality = quality;
  }
  return best;
}

function formatOf(
  type: string,
  version: string | undefined,
  escaping: string | undefined,
): ExpositionFormat | undefined {
  const quotesNames = escaping === 'allow-utf-8';
  if (type === 'application/openmetrics-text') {
    // Version 0.0.1 differs in nothing that is written here, but its readers know no quoted names.
    if (version === '0.0.1')
      return { ...openMetricsFormat, contentType: `${type}; version=0.0.1; charset=utf-8` };
    if (version !== undefined && version !== '1.0.0') return undefined;
    return withEscaping(openMetricsFormat, quotesNames, escaping);
  }
  if (type === 'text/plain') {
    if (version === '1.0.0') {
      return {
        ...withEscaping(textFormat, quotesNames, escaping),
        contentType: `text/plain; version=1.0.0; charset=utf-8; escaping=${quotesNames ? 'allow-utf-8' : 'underscores'}`,
      };
    }
    if (version === undefined || version === '0.0.4') return withEscaping(textFormat, false, escaping);
    return undefined;
  }
  return type === '*/*' || type === 'text/*' ? textFormat : undefined;
}

/** Says in the answer how names are escaped, where the reader asked about it. */
function withEscaping(
  format: ExpositionFormat,
  quotesNames: boolean,
  escaping: string | undefined,
): ExpositionFormat {
  if (escaping === undefined) return format;
  const contentType = `${format.contentType}; escaping=${quotesNames ? 'allow-utf-8' : 'underscores'}`;
  return { ...format, quotesNames, contentType };
}
