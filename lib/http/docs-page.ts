import { ERRORS_IN_GENERAL } from './errors-in-general.ts';
import { IDEMPOTENCY_KEY } from './idempotency-key.ts';
import type { Operation } from './operation.ts';
import { OPERATIONS } from './operations/index.ts';
import { PROBLEMS } from './problem.ts';

/** The description of the API for people: one page without external resources. */
export const docsPage = (): string => `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Countermand</title>
<style>
  body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; color: #1b1f24 }
  h2 { margin-top: 2rem; font-size: 1.1rem; border-top: 1px solid #d0d7de; padding-top: 1rem }
  code { background: #f3f4f6; padding: .1rem .3rem; border-radius: .2rem }
  td { padding: .1rem 1rem .1rem 0; vertical-align: top }
</style>
<h1>Countermand</h1>
<p>Cancels orders and gives their reserved stock back, exactly once.
For machines: <a href="/openapi.json">openapi.json</a>.</p>
${ERRORS_IN_GENERAL.map((paragraph) => `<p>${paragraph}</p>`).join('\n')}
${OPERATIONS.map(section).join('\n')}
</html>
`;

const section = ({
  method,
  path,
  summary,
  idempotencyKey,
  answers,
  problems,
}: Operation): string => `
<h2><code>${method.toUpperCase()} ${path}</code></h2>
<p>${summary}.</p>
${idempotencyKey === undefined ? '' : `<p><code>${IDEMPOTENCY_KEY}</code>: ${idempotencyKey}.</p>`}
<table>
${[
  ...Object.entries(answers).map(([status, { description }]) => row(status, description)),
  ...problems.map((code) =>
    row(String(PROBLEMS[code][0]), `<code>${code}</code> ${PROBLEMS[code][1]}`),
  ),
].join('\n')}
</table>`;

const row = (status: string, text: string): string => `<tr><td>${status}</td><td>${text}</td></tr>`;
