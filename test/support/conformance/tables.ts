/** Tables with every kind of key and index, numbers among them. */
import type { TableDescription } from '../fake-dynamodb.ts';

const hash = (AttributeName: string) => ({ AttributeName, KeyType: 'HASH' as const });
const range = (AttributeName: string) => ({ AttributeName, KeyType: 'RANGE' as const });
const text = (AttributeName: string) => ({ AttributeName, AttributeType: 'S' as const });
const number = (AttributeName: string) => ({ AttributeName, AttributeType: 'N' as const });

/** The names of the tables of one run, so that no run sees the data of another. */
export type Names = { readonly things: string; readonly parts: string };

export const namesOf = (run: string): Names => ({
  things: `things-${run}`,
  parts: `parts-${run}`,
});

export const describeConformanceTables = ({ things, parts }: Names): TableDescription[] => [
  {
    TableName: things,
    AttributeDefinitions: [text('id'), text('team'), number('score'), text('label')],
    KeySchema: [hash('id')],
    GlobalSecondaryIndexes: [
      {
        IndexName: 'byTeam',
        KeySchema: [hash('team'), range('score')],
        Projection: { ProjectionType: 'KEYS_ONLY' },
      },
      {
        IndexName: 'byLabel',
        KeySchema: [hash('label')],
        Projection: { ProjectionType: 'INCLUDE', NonKeyAttributes: ['units'] },
      },
    ],
  },
  {
    TableName: parts,
    AttributeDefinitions: [text('holder'), text('entry'), text('mark'), text('since')],
    KeySchema: [hash('holder'), range('entry')],
    GlobalSecondaryIndexes: [
      {
        IndexName: 'byMark',
        KeySchema: [hash('mark'), range('since')],
        Projection: { ProjectionType: 'ALL' },
      },
    ],
  },
];
