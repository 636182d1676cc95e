import type { JSX } from 'preact';
import type { LiveStatus, Overview, ServiceMap } from '../../api/console-api.ts';
import { useAnswer } from '../../api/use-answer.ts';
import { GoldenSignalPanels } from '../../parts/golden-signals.tsx';
import { Headline } from '../../parts/headline.tsx';
import { Panel } from '../../parts/panel.tsx';
import { Answered, Empty } from '../../parts/states.tsx';
import { Link } from '../../routing/link.tsx';
import { live } from '../../time/range.ts';
import { MapDrawing } from '../map/map-drawing.tsx';
import { ServiceTable } from '../services/service-table.tsx';
import { Findings } from './findings.tsx';
import { Objectives } from './objectives.tsx';
import { OverviewFacts } from './overview-facts.tsx';
import './overview-screen.css';

/** How the whole is, at first glance: one sentence, what is wrong and why, the golden signals, the map. */
export function OverviewScreen(): JSX.Element {
  const answer = useAnswer<Overview>('/overview', { channel: 'overview' });
  const map = useAnswer<ServiceMap>('/map', { channel: 'map' });
  return (
    <div class="screen overview">
      <Answered answer={answer} height={480}>
        {(overview) => (
          <>
            <Headline health={overview.health} sentence={overview.sentence}>
              {overview.services.length > 0 && <OverviewFacts overview={overview} />}
            </Headline>
            {overview.services.length === 0 ? (
              live.value && <FirstSteps />
            ) : (
              <>
                <Findings findings={overview.findings} />
                <GoldenSignalPanels signals={overview.signals} health={overview.health} />
                <Panel
                  title="Service map"
                  flush
                  aside={
                    <Link to="/map" class="link">
                      Open
                    </Link>
                  }
                  class="overview-map"
                >
                  <Answered answer={map} height={440}>
                    {(data) => <MapDrawing map={data} grows />}
                  </Answered>
                </Panel>
                <div class="overview-halves">
                  <Panel title="Services" note={String(overview.services.length)} flush>
                    <ServiceTable services={overview.services} />
                  </Panel>
                  {overview.objectives.length > 0 && (
                    <Panel title="Objectives">
                      <Objectives objectives={overview.objectives} />
                    </Panel>
                  )}
                </div>
              </>
            )}
          </>
        )}
      </Answered>
    </div>
  );
}

/** What a person does who has just started the console. */
function FirstSteps(): JSX.Element {
  const listeners = useAnswer<LiveStatus>('/status', { windowed: false, channel: 'status' }).data?.listeners;
  return (
    <div class="panel">
      <Empty icon="traces" title="Waiting for the first span">
        <p>Point any OpenTelemetry exporter at this console, for instance:</p>
        <pre class="first-step">OTEL_EXPORTER_OTLP_ENDPOINT={location.origin} node app.js</pre>
        {listeners !== undefined && <p>It listens at {listeners.join(', ')}.</p>}
      </Empty>
    </div>
  );
}
