// Rewrites the module that carries the trace page, after a change in its folder `page`.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { generatedPath, generateTracePage } from './trace-page.ts';
import { repositoryRoot } from './workspace.ts';

writeFileSync(join(repositoryRoot, generatedPath), await generateTracePage(repositoryRoot));
console.log(`${generatedPath} written`);
