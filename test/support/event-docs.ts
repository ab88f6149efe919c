/** The documents about events that are made from the code. */
import { readFile } from 'node:fs/promises';
import { asyncApiDocument, DESCRIBED_EVENTS } from '../../lib/events/asyncapi.ts';
import { eventExamples } from './event-examples.ts';

export const ASYNCAPI_FILE = 'docs/asyncapi.json';
export const EVENTS_FILE = 'docs/events.md';

const BEGIN = '<!-- Made from the code by npm run describe-events. -->';
const END = '<!-- The end of what is made from the code. -->';

export const asyncApiText = async (): Promise<string> =>
  `${JSON.stringify(asyncApiDocument(await eventExamples()), null, 2)}\n`;

/** The page, with its table of types and its examples made anew. */
export const eventsPage = async (): Promise<string> => {
  const page = await readFile(EVENTS_FILE, 'utf8');
  const [before = '', rest = ''] = page.split(BEGIN);
  const [, after = ''] = rest.split(END);
  return [before, BEGIN, '\n', await madeFromCode(), END, after].join('');
};

const madeFromCode = async (): Promise<string> => {
  const examples = await eventExamples();
  const rows = DESCRIBED_EVENTS.map(({ type, summary, data }) => {
    const fields = Object.keys((data as unknown as { shape: object }).shape);
    const has = (name: string): string => (fields.includes(name) ? 'yes' : '');
    return `| \`${type}\` | ${summary} | ${has('referenceId')} | ${has('units')} |`;
  });
  const blocks = DESCRIBED_EVENTS.map(
    ({ type }) =>
      `**\`${type}\`**\n\n\`\`\`json\n${JSON.stringify(examples[type], null, 2)}\n\`\`\`\n`,
  );
  return [
    '## Types',
    '',
    '| type | what has happened | `referenceId` | `units` |',
    '|---|---|---|---|',
    ...rows,
    '',
    '## Examples',
    '',
    'One of each, from a test in which a shop with five units of tea has three orders.',
    '',
    ...blocks,
    '',
  ]
    .join('\n')
    .replace(/\n+$/, '\n');
};
