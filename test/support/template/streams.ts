/** Rules of streams, of what reads them, and of the events that come of them. */
import type { Resource, Rule } from './template.ts';
import { ofType, target, wrong } from './template.ts';

const MAPPING = 'AWS::Lambda::EventSourceMapping';

/** Hours that DynamoDB keeps a record. */
const KEPT_HOURS = 24;
const HOUR = 3_600;

/** Seconds: as long as SQS keeps any message. */
const TWO_WEEKS = 1_209_600;

/** The tables whose changes others are told of. */
const TOLD = ['OrdersTable', 'ProductsTable'];

/** Whether an event source mapping reads a stream. */
export const isOfStream = ({ EventSourceArn }: Resource['Properties']): boolean =>
  EventSourceArn?.['Fn::GetAtt']?.[1] === 'StreamArn';

export const STREAMS: readonly Rule[] = [
  {
    promise: 'the streams of orders and products have rows as they were and as they are',
    violations: (template) =>
      wrong(
        template,
        'AWS::DynamoDB::Table',
        ({ StreamSpecification: stream }, id) =>
          TOLD.includes(id) &&
          stream?.StreamViewType !== 'NEW_AND_OLD_IMAGES' &&
          'its stream does not, or it has none',
      ),
  },
  {
    promise: 'the streams of orders and products are read, from their beginning',
    violations: (template) =>
      TOLD.filter(
        (table) =>
          !ofType(template, MAPPING).some(
            ([, { Properties }]) =>
              isOfStream(Properties) &&
              target(Properties.EventSourceArn) === table &&
              Properties.StartingPosition === 'TRIM_HORIZON',
          ),
      ),
  },
  {
    promise: 'a batch of a stream is repeated for hours, in halves, and never for ever',
    violations: (template) =>
      wrong(template, MAPPING, (mapping) => {
        if (!isOfStream(mapping)) return;
        const { MaximumRecordAgeInSeconds: age = -1, MaximumRetryAttempts: attempts = -1 } =
          mapping;
        if (mapping.BisectBatchOnFunctionError !== true) return 'it is not halved';
        if (attempts !== -1) return `an outage of ${attempts} attempts loses events`;
        // What Lambda gives up on must still be in the stream, to be sent by hand.
        const isInTime = age >= HOUR && age <= (KEPT_HOURS / 2) * HOUR;
        return !isInTime && `it gives up after ${age} seconds`;
      }),
  },
  {
    promise: 'what could not be sent is told to a queue, for two weeks',
    violations: (template) =>
      wrong(template, MAPPING, (mapping) => {
        if (!isOfStream(mapping)) return;
        const id = target(mapping.DestinationConfig?.OnFailure?.Destination) ?? '';
        const queue = template.Resources[id];
        if (queue?.Type !== 'AWS::SQS::Queue') return 'to none';
        return queue.Properties.MessageRetentionPeriod !== TWO_WEEKS && 'for another time';
      }),
  },
  {
    promise: 'events go to a bus of the stage',
    violations: (template) => {
      const buses = ofType(template, 'AWS::Events::EventBus').map(
        ([, { Properties }]) => Properties.Name,
      );
      return wrong(template, 'AWS::Lambda::Function', ({ Environment }) => {
        const { EVENT_BUS_NAME: name } = Environment.Variables;
        return name !== undefined && !buses.includes(name) && `there is no bus ${name}`;
      });
    },
  },
];
