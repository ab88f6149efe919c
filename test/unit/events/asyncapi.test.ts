/** What is written about events is what the code tells. */
import { readFile } from 'node:fs/promises';
import { Parser } from '@asyncapi/parser';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import {
  DESCRIBED_EVENTS,
  eventSchema,
  messageName,
  namedSchemas,
} from '../../../lib/events/asyncapi.ts';
import { type CloudEvent, orderEvent } from '../../../lib/events/cloud-event.ts';
import { aLine, anOrder } from '../../support/builders.ts';
import { ASYNCAPI_FILE, asyncApiText, EVENTS_FILE, eventsPage } from '../../support/event-docs.ts';
import { tellStory } from '../../support/event-examples.ts';

let story: CloudEvent[];
let validators: Map<string, ValidateFunction>;

beforeAll(async () => {
  story = await tellStory();
  const ajv = new Ajv2020({ allErrors: true });
  addFormats.default(ajv);
  const reference = (name: string) => `https://example.com/${name}`;
  for (const [name, schema] of Object.entries(namedSchemas(reference))) {
    ajv.addSchema({ ...schema, $id: reference(name) });
  }
  validators = new Map(
    DESCRIBED_EVENTS.map((described) => [
      described.type,
      ajv.compile(eventSchema(described, reference)),
    ]),
  );
});

const errorsOf = (event: CloudEvent | undefined) => {
  const validate = validators.get(event?.type ?? '');
  // As a consumer gets it.
  validate?.(JSON.parse(JSON.stringify(event)));
  return validate ? validate.errors : 'no such type';
};

test('docs/asyncapi.json is what the code says; npm run describe-events writes it anew', async () => {
  expect(await readFile(ASYNCAPI_FILE, 'utf8')).toBe(await asyncApiText());
});

test('docs/events.md has the types and examples of the code', async () => {
  expect(await readFile(EVENTS_FILE, 'utf8')).toBe(await eventsPage());
});

test('The rule in docs/events.md asks for types of events that exist', async () => {
  const [, rule = ''] = /detail-type: \[(.+)\]/.exec(await readFile(EVENTS_FILE, 'utf8')) ?? [];

  expect(DESCRIBED_EVENTS.map(({ type }): string => type)).toEqual(
    expect.arrayContaining(rule.split(', ')),
  );
});

describe('The AsyncAPI document', () => {
  test('is valid', async () => {
    const { document, diagnostics } = await new Parser().parse(
      await readFile(ASYNCAPI_FILE, 'utf8'),
    );

    // The parser would like a later version of AsyncAPI.
    expect(diagnostics.filter(({ code }) => code !== 'asyncapi-latest-version')).toEqual([]);
    expect(document?.version()).toMatch(/^3\./);
    expect(document?.messages().map((message) => message.name())).toEqual(
      DESCRIBED_EVENTS.map(({ type }) => type),
    );
  });

  test('describes every type of event, each under a name of its own', () => {
    const names = DESCRIBED_EVENTS.map(({ type }) => messageName(type));

    expect(names).toContain('OrderPartiallyCancelled');
    expect(new Set(names).size).toBe(DESCRIBED_EVENTS.length);
  });
});

describe('The schema of an event', () => {
  test('fits every event of a shop in which every type happens', () => {
    expect(new Set(story.map(({ type }) => type))).toEqual(
      new Set(DESCRIBED_EVENTS.map(({ type }) => type)),
    );
    for (const event of story) expect([event.id, errorsOf(event)]).toEqual([event.id, null]);
  });

  test('fits one that is too large for its lines', () => {
    const before = anOrder(
      'o1',
      Array.from({ length: 1_000 }, (_, index) =>
        aLine(String(index).padStart(64, '0'), 1_000_000),
      ),
    );

    const event = orderEvent({ before, after: { ...before, status: 'shipped', version: 2 } });

    expect(event?.data.itemsOmitted).toBe(true);
    expect(errorsOf(event)).toBeNull();
  });

  test('fits no event without its cause, and none of another type', () => {
    const placed = story.find(({ type }) => type === 'order.placed');
    const { referenceId: _, ...data } = (placed?.data ?? {}) as { referenceId?: string };

    expect(errorsOf({ ...placed, data } as CloudEvent)).not.toBeNull();
    expect(validators.get('order.shipped')?.(placed)).toBe(false);
  });
});
