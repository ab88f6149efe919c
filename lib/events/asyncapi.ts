/** The description of the events for programs: an AsyncAPI 3 document. */
import * as z from 'zod/mini';
import { OrderLineResource, ProductResource, RestoredResource, time } from '../http/resources.ts';
import { type CloudEvent, SOURCE } from './cloud-event.ts';
import { OrderInEvent, orderData, ProductData } from './data.ts';
import { ORDER_EVENTS, type OrderEventType } from './order-events.ts';
import { PRODUCT_EVENTS } from './product-events.ts';

/** A type of event, as the documents describe it. */
export type DescribedEvent = {
  readonly type: CloudEvent['type'];
  readonly summary: string;
  readonly data: z.ZodMiniType;
  readonly id: string;
  readonly subject: string;
};

/** Every type of event. */
export const DESCRIBED_EVENTS: readonly DescribedEvent[] = [
  ...Object.entries(ORDER_EVENTS).map(([type, { summary }]) => ({
    type: type as OrderEventType,
    summary,
    data: orderData(type as OrderEventType),
    id: '^order\\..+\\.\\d+$',
    subject: '^orders/',
  })),
  ...Object.entries(PRODUCT_EVENTS).map(([type, { summary }]) => ({
    type: type as keyof typeof PRODUCT_EVENTS,
    summary,
    data: ProductData,
    id: '^product\\..+\\.\\d+$',
    subject: '^products/',
  })),
];

/** Schemas that several events use, by their names in the document. */
const COMPONENTS: Readonly<Record<string, z.ZodMiniType>> = {
  Order: OrderInEvent,
  OrderLine: OrderLineResource,
  Product: ProductResource,
  Units: RestoredResource,
};

/**
 * The schema of an event, as a consumer finds it in the `detail` of what EventBridge delivers.
 *
 * @param reference where the schema with a name is
 */
export const eventSchema = (
  { type, summary, data, id, subject }: DescribedEvent,
  reference: (name: string) => string,
) => ({
  type: 'object',
  description: summary,
  required: ['specversion', 'id', 'source', 'type', 'subject', 'time', 'sequence', 'data'],
  properties: {
    specversion: { const: '1.0' },
    id: { type: 'string', pattern: id, description: 'The same each time that this event comes' },
    source: { const: SOURCE },
    type: { const: type },
    subject: { type: 'string', pattern: subject },
    time: { type: 'string', format: 'date-time' },
    sequence: {
      type: 'string',
      description: 'Grows as text with every event of one subject, also when an id is used again',
    },
    datacontenttype: { const: 'application/json' },
    data: jsonSchema(data, COMPONENTS, reference),
  },
});

/** The named schemas, without those that they contain by reference. */
export const namedSchemas = (reference: (name: string) => string) =>
  Object.fromEntries(
    Object.entries(COMPONENTS).map(([name, schema]) => {
      const { [name]: _, ...others } = COMPONENTS;
      return [name, jsonSchema(schema, others, reference)];
    }),
  );

const jsonSchema = (
  schema: z.ZodMiniType,
  named: Readonly<Record<string, z.ZodMiniType>>,
  reference: (name: string) => string,
) => {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, {
    io: 'output',
    override: ({ zodSchema, jsonSchema: described }) => {
      const part: z.core.$ZodType = zodSchema;
      if (part === time) described.format = 'date-time';
      // A strict consumer would reject what a later version adds.
      delete described.additionalProperties;
      const [name] = Object.entries(named).find(([, each]) => each === part) ?? [];
      if (name === undefined) return;
      for (const key of Object.keys(described)) delete described[key as keyof typeof described];
      described.$ref = reference(name);
    },
  });
  return rest;
};

const IN_DOCUMENT = (name: string): string => `#/components/schemas/${name}`;

/** `order.partially_cancelled` as a name: OrderPartiallyCancelled. */
export const messageName = (type: string): string =>
  type.replace(/(?:^|[._])(\w)/g, (_, letter: string) => letter.toUpperCase());

/** @param examples an event of each type */
export const asyncApiDocument = (examples: Readonly<Record<string, CloudEvent>>) => {
  const names = DESCRIBED_EVENTS.map(({ type }) => messageName(type));
  return {
    asyncapi: '3.0.0',
    info: {
      title: 'Countermand events',
      version: '0.1.0',
      description: [
        'What was committed in the shop: at least once, and of each order in the sequence of its versions.',
        'Each event is the detail of an event of EventBridge, in the JSON of CloudEvents 1.0. The detail-type is the type, the source is countermand.',
      ].join('\n\n'),
      license: { name: 'MIT' },
    },
    defaultContentType: 'application/cloudevents+json',
    channels: {
      events: {
        address: 'countermand-{stage}-events',
        description: 'An event bus of Amazon EventBridge',
        parameters: { stage: { description: 'As in the deployment: prod' } },
        messages: Object.fromEntries(
          names.map((name) => [name, { $ref: `#/components/messages/${name}` }]),
        ),
      },
    },
    operations: {
      tellEvents: {
        action: 'send',
        channel: { $ref: '#/channels/events' },
        messages: names.map((name) => ({ $ref: `#/channels/events/messages/${name}` })),
      },
    },
    components: {
      messages: Object.fromEntries(
        DESCRIBED_EVENTS.map((described) => [
          messageName(described.type),
          {
            name: described.type,
            title: described.type,
            summary: described.summary,
            payload: { $ref: IN_DOCUMENT(`${messageName(described.type)}Event`) },
            examples: [{ payload: examples[described.type] }],
          },
        ]),
      ),
      schemas: {
        ...Object.fromEntries(
          DESCRIBED_EVENTS.map((described) => [
            `${messageName(described.type)}Event`,
            eventSchema(described, IN_DOCUMENT),
          ]),
        ),
        ...namedSchemas(IN_DOCUMENT),
      },
    },
  };
};
