/** What every answer has to keep, whatever was asked. */
import { ok } from 'node:assert/strict';
import type { APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import type { Operation } from '../../lib/http/operation.ts';
import { createContract } from '../support/contract.ts';

/** An answer that has kept the promises. */
export type Answer = {
  readonly status: number;
  readonly location: string | undefined;
  readonly body: Readonly<Record<string, unknown>>;
};

/** @see https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html */
const MOST_BYTES = 6_291_556;

/** What JSON.stringify escapes of a text that no queue would carry. */
const NOT_STORABLE = /(?<!\\)(?:\\\\)*\\[ubf]|[\ufffe\uffff]/;
const HALF_CHARACTER = /(?<!\\)(?:\\\\)*\\ud/;

const expectDescribed = createContract();

/** Whether a text can be the body of a message: characters and bytes. */
export const canBeSent = (text: string): boolean =>
  /^[\t\n\r\u{20}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]+$/u.test(text) &&
  Buffer.byteLength(text) <= 256 * 1024;

/**
 * Reads an answer, which has to be one that the operation declares.
 *
 * @throws Error that says which promise is broken
 */
export const readAnswer = (
  operation: Operation,
  response: APIGatewayProxyStructuredResultV2,
): Answer => {
  const { statusCode: status = 0, headers = {}, body = '' } = response;
  ok(status < 500, 'An answer is no failure of ours');
  ok(Buffer.byteLength(JSON.stringify(response)) <= MOST_BYTES, 'Lambda can answer it');
  ok(
    Object.values(headers).every((value) => /^[\x20-\x7e]+$/.test(String(value))),
    'Headers are printable ASCII',
  );
  ok(headers['x-correlation-id'], 'An answer tells its correlation id');
  const { method, path } = operation;
  const isJson = /json$/.test(String(headers['content-type']));
  const content = isJson ? JSON.parse(body) : body;
  expectDescribed({ method, path, status, headers, body: content });
  ok(status >= 400 || !NOT_STORABLE.test(body), 'What is shown could be stored and sent');
  ok(!HALF_CHARACTER.test(body), 'An answer has no halves of characters');
  const { location } = headers;
  ok(
    location === undefined || new URL(String(location), 'http://shop').pathname === location,
    'A location is a path that stays the same in a URL',
  );
  return { status, location: location as string | undefined, body: isJson ? content : {} };
};
