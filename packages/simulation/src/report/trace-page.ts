import type { TraceDocument } from '../trace/trace-document.ts';
import { pageBody, pageScript, pageStyle } from './page.generated.ts';

/**
 * A trace as one self-contained HTML page: a space-time diagram to step through, with what a person needs to
 * understand a failure. It loads nothing from anywhere, and shows what the trace says as text only.
 */
export function tracePage(document: TraceDocument): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; base-uri 'none'; form-action 'none'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escaped(`${document.scenario}, seed ${document.seed}: ${document.verdict}`)}</title>
<style>
${pageStyle}</style>
</head>
<body>
${pageBody}<script type="application/json" id="trace">${embedded(document)}</script>
<script>
${pageScript}</script>
</body>
</html>
`;
}

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

/** JSON in which no `<` is left that could end the element it stands in. */
function embedded(document: TraceDocument): string {
  return JSON.stringify(document).replaceAll('<', '\\u003c');
}
