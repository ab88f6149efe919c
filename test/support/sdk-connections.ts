/** Leads clients that functions make for themselves to a fake wire, whatever they are told. */
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { Handle } from './fake-wire.ts';

/** What all connections of the SDK have in common, as long as a client does not bring its own. */
const connections: { handle: Handle } = Object.getPrototypeOf(
  new DynamoDBClient({ region: 'us-east-1' }).config.requestHandler,
);

/** @returns what gives the SDK its own connections back */
export const connectSdkTo = (handle: Handle): (() => void) => {
  const own = connections.handle;
  connections.handle = handle;
  return () => {
    connections.handle = own;
  };
};
