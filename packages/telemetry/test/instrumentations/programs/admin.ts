import { createRequire, syncBuiltinESMExports } from 'node:module';
import { HttpInstrumentation } from '@opentelemetry/instrumentation-http';
import { adminClient } from '../../../src/admin/admin-client.ts';
import { openAdminEndpoint } from '../../../src/admin/admin-endpoint.ts';
import { instrumented, tell } from './traced-program.ts';

const traced = instrumented([new HttpInstrumentation()], {});
createRequire(import.meta.url)('node:http');
syncBuiltinESMExports();

const endpoint = await openAdminEndpoint({ service: 'shop' });
const { service } = await adminClient({ url: endpoint.url }).index();
await endpoint.close();
tell(traced, { service });
