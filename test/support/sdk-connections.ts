/** Connects clients that functions make themselves to a fake wire, whatever their settings. */
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { Handle } from './fake-wire.ts';

/** The prototype of all connections of the SDK, unless a client has a handler of its own. */
const connections: { handle: Handle } = Object.getPrototypeOf(
  new DynamoDBClient({ region: 'us-east-1' }).config.requestHandler,
);

/** @returns a function that restores the SDK's own connections */
export const connectSdkTo = (handle: Handle): (() => void) => {
  const own = connections.handle;
  connections.handle = handle;
  return () => {
    connections.handle = own;
  };
};
