/** Documents rot in silence: what they link to, name and show has to exist. */
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import * as z from 'zod/mini';
import { OrderResource, ProductResource, StockMovementResource } from '../../lib/http/resources.ts';
import {
  mentionedCommands,
  runnableCommands,
  whyNotRunnable,
  whyUnknown,
} from '../support/documented-commands.ts';
import {
  allDocuments,
  brokenLinks,
  type Document,
  readDocument,
  readMarkdown,
} from '../support/markdown.ts';

const DOCUMENTS = allDocuments();

describe('The links of documents', () => {
  test('lead to files and headings that exist', () => {
    expect(DOCUMENTS.length).toBeGreaterThan(30);
    expect(brokenLinks(DOCUMENTS)).toEqual([]);
  });

  test.each(['docs/nowhere.md', 'README.md#no-such-heading', '#nor-this', '../README.md'])(
    'are found broken when they lead to %s',
    (link) => {
      const document = readMarkdown('A.md', `# Here\n\n[text](${link}) [text](#here)`);

      expect(brokenLinks([document, ...DOCUMENTS])).toEqual([`A.md: ${link}`]);
    },
  );

  test('lead from docs/README.md to every document there', () => {
    const files = readdirSync(new URL('../../docs', import.meta.url));
    const { links } = readDocument('docs/README.md');

    expect(files.filter((file) => file !== 'README.md' && !links.includes(file))).toEqual([
      'images',
    ]);
  });
});

describe('The commands in documents', () => {
  const codeOf = ({ spans, blocks }: Document) => [...spans, ...blocks.map(({ text }) => text)];

  test('of npm are scripts of package.json', () => {
    const file = new URL('../../package.json', import.meta.url);
    const { scripts } = JSON.parse(readFileSync(file, 'utf8')) as { scripts: object };
    const named = DOCUMENTS.flatMap(codeOf).flatMap((code) =>
      [...code.matchAll(/\bnpm (?:run (?:-s )?([\w-]+)|(start|test)\b)/g)].map(
        ([, script, short]) => script ?? short,
      ),
    );

    expect(named.length).toBeGreaterThan(50);
    expect(named.filter((script = '') => !Object.hasOwn(scripts, script))).toEqual([]);
  });

  test('of npx countermand can be run as they stand, where they are on lines of their own', async () => {
    const commands = DOCUMENTS.flatMap(runnableCommands);
    const wrong = [];
    for (const { path, words } of commands) {
      const why = await whyNotRunnable(words);
      if (why !== undefined) wrong.push(`${path}: ${words.join(' ')}: ${why}`);
    }

    expect(commands.length).toBeGreaterThan(30);
    expect(wrong).toEqual([]);
  });

  test('of npx countermand exist with their options, where a sentence names them', async () => {
    const commands = DOCUMENTS.flatMap(mentionedCommands);
    const wrong = [];
    for (const { path, words } of commands) {
      const why = await whyUnknown(words);
      if (why !== undefined) wrong.push(`${path}: ${words.join(' ')}: ${why}`);
    }

    expect(commands.length).toBeGreaterThan(10);
    expect(wrong).toEqual([]);
  });

  test.each([
    'order vanish 1001',
    'order show',
    'order show 1001 --loudly',
    'vanish',
    'order',
    'order cancel 1001 --only-if maybe',
  ])('are found wrong on a line of their own when they are "%s"', async (line) => {
    expect(await whyNotRunnable(line.split(' '))).toEqual(expect.any(String));
  });

  test.each(['order vanish', 'vanish', 'order cancel --loudly', 'order cancel --only-if --loud'])(
    'are found wrong in a sentence when they are "%s"',
    async (line) => {
      expect(await whyUnknown(line.split(' '))).toEqual(expect.any(String));
    },
  );
});

describe('The JSON in README.md', () => {
  const blocks = readDocument('README.md').blocks.filter(({ language }) => language === 'json');

  test.each([
    ['an order', 'items', OrderResource],
    ['a product', 'availableQuantity', ProductResource],
    ['a movement', 'stockDelta', StockMovementResource],
  ])('shows %s as the API does', (_, attribute, schema) => {
    const shown = blocks
      .map(({ text }) => JSON.parse(text) as Record<string, unknown>)
      .filter((value) => Object.hasOwn(value, attribute));

    expect(shown).toHaveLength(1);
    expect(z.safeParse(schema, shown[0]).error?.issues ?? []).toEqual([]);
  });
});

test('Every JSON block in a document parses', () => {
  const blocks = DOCUMENTS.flatMap((each) => each.blocks).filter(
    ({ language }) => language === 'json',
  );

  expect(blocks.length).toBeGreaterThan(10);
  for (const { text } of blocks) expect(() => JSON.parse(text)).not.toThrow();
});
