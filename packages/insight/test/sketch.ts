import type { Span, SpanKind } from '../src/model/span.ts';

const epoch = 1_700_000_000_000_000;
const line =
  /^(?<indent> *)(?<service>[\w-]+)(?:@(?<instance>[\w-]+))?(?:#(?<version>[\w.]+))?: (?<operation>.+?)(?: (?<kind>server|client|producer|consumer))? (?<from>-?[\d.]+)\.\.(?<to>[\d.]+)(?: -> (?<peer>[\w:.-]+))?(?<failed> !)?$/;

/**
 * The spans of a trace from a drawing: a line a span, those that it called indented below, times in milliseconds.
 *
 * ```
 * shop: GET /cart server 0..100
 *   shop: fetch client 10..90 -> stock !
 *     stock@a#1.2: GET /stock server 12..88 !
 * ```
 */
export function sketch(drawing: string, traceId = '1'): Span[] {
  const lines = drawing.split('\n').filter((text) => text.trim() !== '');
  const margin = Math.min(...lines.map((text) => text.search(/\S/)));
  const ancestors: { indent: number; spanId: string }[] = [];
  return lines.map((text, index) => {
    const found = line.exec(text.slice(margin))?.groups;
    if (found === undefined) throw new Error(`not a span: ${text}`);
    const indent = found['indent']!.length;
    while (ancestors.length > 0 && ancestors.at(-1)!.indent >= indent) ancestors.pop();
    const spanId = `${traceId}.${index}`;
    const parentId = ancestors.at(-1)?.spanId;
    ancestors.push({ indent, spanId });
    const from = Number(found['from']);
    return {
      traceId,
      spanId,
      parentId,
      service: found['service']!,
      instance: found['instance'],
      version: found['version'],
      operation: found['operation']!,
      kind: (found['kind'] ?? 'internal') as SpanKind,
      status: found['failed'] === undefined ? 'unset' : 'error',
      start: epoch + from * 1_000,
      duration: Math.round((Number(found['to']) - from) * 1_000),
      peer: found['peer'],
      links: [],
      attributes: {},
    };
  });
}
