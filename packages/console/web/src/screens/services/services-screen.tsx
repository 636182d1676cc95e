import type { JSX } from 'preact';
import type { Overview } from '../../api/console-api.ts';
import { useAnswer } from '../../api/use-answer.ts';
import { TextField } from '../../parts/field.tsx';
import { Panel } from '../../parts/panel.tsx';
import { Answered, Empty } from '../../parts/states.tsx';
import { parameter, setParameters } from '../../routing/location.ts';
import { ServiceTable } from './service-table.tsx';

/** Every service that has been heard of within the window. */
export function ServicesScreen(): JSX.Element {
  const answer = useAnswer<Overview>('/overview', { channel: 'overview' });
  const filter = parameter('filter') ?? '';
  return (
    <div class="screen">
      <div class="filters">
        <TextField
          label="Filter by name"
          icon="search"
          value={filter}
          onChange={(value) => setParameters({ filter: value }, { replace: true })}
        />
      </div>
      <Answered answer={answer} height={320}>
        {({ services }) => {
          const wanted = filter.toLowerCase();
          const shown = services.filter(({ name }) => name.toLowerCase().includes(wanted));
          return (
            <Panel title="Services" note={String(shown.length)} flush>
              {shown.length === 0 ? (
                <Empty
                  icon="services"
                  title={
                    services.length === 0
                      ? 'No service has been heard of in this window.'
                      : 'No service of that name in this window.'
                  }
                />
              ) : (
                <ServiceTable services={shown} />
              )}
            </Panel>
          );
        }}
      </Answered>
    </div>
  );
}
