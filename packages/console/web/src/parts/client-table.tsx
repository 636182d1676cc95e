import type { JSX } from 'preact';
import type { AdminEndpointState, ClientRow } from '../api/console-api.ts';
import { formatCount } from '../format/number.ts';
import { Badge, type Tone } from './badge.tsx';
import { type MemberAddresses, memberAt } from './member-addresses.ts';
import { type Column, Table } from './table.tsx';

interface ClientTableProps {
  readonly clients: readonly ClientRow[];
  /** Where members of clusters are: endpoints are called by them. */
  readonly members: MemberAddresses;
  /** Whether they are of one service, whose name need not be told. */
  readonly ofService?: boolean;
}

interface EndpointRow extends AdminEndpointState {
  readonly key: string;
  readonly client: ClientRow;
  readonly member: string | undefined;
}

const tones: Readonly<Record<AdminEndpointState['state'], Tone>> = {
  used: 'accent',
  connected: 'quiet',
  avoided: 'warn',
  idle: 'quiet',
};

/** Clients of clusters with each of their endpoints: which is used, which is left alone, and what became of calls. */
export function ClientTable({ clients, members, ofService = false }: ClientTableProps): JSX.Element {
  const rows = clients.flatMap((client) =>
    client.endpoints.map((endpoint): EndpointRow => {
      const key = [client.source, client.name, endpoint.host, endpoint.port].join(' ');
      return { ...endpoint, key, client, member: memberAt(members, endpoint)?.member };
    }),
  );
  return (
    <Table
      label="Clients"
      columns={[who(ofService), ...columns]}
      rows={rows}
      keyOf={({ key }) => key}
      linkOf={
        ofService ? undefined : ({ client }) => ({ to: `/services/${encodeURIComponent(client.service)}` })
      }
      toneOf={({ state }) => (state === 'avoided' ? 'warn' : undefined)}
    />
  );
}

function who(ofService: boolean): Column<EndpointRow> {
  return {
    key: 'client',
    title: ofService ? 'Process' : 'Client',
    width: '24%',
    cell: ({ client }) =>
      ofService ? (
        client.instance
      ) : (
        <>
          {client.service} <span class="quiet">{client.instance}</span>
        </>
      ),
  };
}

const columns: readonly Column<EndpointRow>[] = [
  {
    key: 'store',
    title: 'Of',
    width: '84px',
    from: 'medium',
    cell: ({ client }) => <span class="quiet">{client.name}</span>,
  },
  {
    key: 'endpoint',
    title: 'Endpoint',
    cell: ({ host, port, member }) => (
      <>
        {member !== undefined && <strong>{member} </strong>}
        <span class={`mono ${member === undefined ? '' : 'quiet'}`}>
          {host}:{port}
        </span>
      </>
    ),
  },
  {
    key: 'state',
    title: 'State',
    hint: 'used: asked first; connected: could be asked at once; avoided: has failed, and is left alone a while',
    width: '104px',
    cell: ({ state }) => <Badge tone={tones[state]}>{state}</Badge>,
  },
  {
    key: 'failures',
    title: 'Failures',
    hint: 'Since the client was made; calls that fail together are one',
    width: '72px',
    align: 'end',
    cell: ({ failures }) => <span class={failures === 0 ? 'quiet' : ''}>{formatCount(failures)}</span>,
  },
  {
    key: 'last',
    title: 'The last',
    width: '24%',
    from: 'medium',
    cell: ({ lastFailure }) => <span class="quiet mono">{lastFailure ?? '–'}</span>,
  },
];
