import type { ServiceMap } from '../../api/console-api.ts';
import { formatCount, formatCounted } from '../../format/number.ts';

/** What a map shows, in figures; a store or a client is no service: `10 services, 8 others, 17 connections`. */
export function countsOf({ nodes, edges }: Pick<ServiceMap, 'nodes' | 'edges'>): string {
  const services = nodes.filter(({ kind }) => kind === 'service').length;
  const others = nodes.length - services;
  return [
    formatCounted(services, 'service'),
    ...(others === 0 ? [] : [`${formatCount(others)} other${others === 1 ? '' : 's'}`]),
    formatCounted(edges.length, 'connection'),
  ].join(', ');
}
