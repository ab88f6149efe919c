/** Events and contexts as API Gateway, SQS and Lambda make them. */
import type { APIGatewayProxyEventV2, Context, SQSEvent, SQSRecord } from 'aws-lambda';

type HttpRequest = {
  readonly path?: Record<string, string>;
  readonly query?: Record<string, string>;
  readonly headers?: Record<string, string>;
  /** Sent without a change. */
  readonly body?: string;
  /** Sent as JSON. */
  readonly json?: unknown;
  readonly base64?: boolean;
  /** Sent as base64. */
  readonly bytes?: readonly number[];
};

export const REQUEST_ID = 'JKJaXmPLvHcESHA=';

/** An event of an HTTP API, payload 2.0. */
export const httpEvent = ({
  path,
  query,
  headers = {},
  body,
  json,
  bytes,
  base64 = bytes !== undefined,
}: HttpRequest = {}): APIGatewayProxyEventV2 => {
  const text = json === undefined ? body : JSON.stringify(json);
  const content = bytes ? Buffer.from(bytes) : text;
  return {
    version: '2.0',
    routeKey: '$default',
    rawPath: '/',
    rawQueryString: new URLSearchParams(query).toString(),
    headers,
    ...(path && { pathParameters: path }),
    ...(query && { queryStringParameters: query }),
    requestContext: {
      accountId: '123456789012',
      apiId: 'api',
      domainName: 'api.example.com',
      domainPrefix: 'api',
      http: {
        method: 'POST',
        path: '/',
        protocol: 'HTTP/1.1',
        sourceIp: '192.0.2.1',
        userAgent: '',
      },
      requestId: REQUEST_ID,
      routeKey: '$default',
      stage: '$default',
      time: '02/Mar/2026:12:00:00 +0000',
      timeEpoch: 1_772_452_800_000,
    },
    isBase64Encoded: base64,
    ...(content !== undefined && {
      body: base64 ? Buffer.from(content).toString('base64') : String(content),
    }),
  };
};

/** A batch of messages `m1`, `m2` … with these bodies; what is not a string is sent as JSON. */
export const sqsEvent = (...bodies: unknown[]): SQSEvent => ({
  Records: bodies.map(
    (body, index): SQSRecord => ({
      messageId: `m${index + 1}`,
      receiptHandle: `r${index + 1}`,
      body: typeof body === 'string' ? body : JSON.stringify(body),
      attributes: {
        ApproximateReceiveCount: '1',
        SentTimestamp: '0',
        SenderId: 'sender',
        ApproximateFirstReceiveTimestamp: '0',
      },
      messageAttributes: {},
      md5OfBody: '',
      eventSource: 'aws:sqs',
      eventSourceARN: 'arn:aws:sqs:us-east-1:123456789012:cancellations',
      awsRegion: 'us-east-1',
    }),
  ),
});

/** The same batch, from a queue of this name. */
export const fromQueue = (name: string, { Records }: SQSEvent): SQSEvent => ({
  Records: Records.map((record) => ({
    ...record,
    eventSourceARN: `arn:aws:sqs:us-east-1:123456789012:${name}`,
  })),
});

export const lambdaContext = ({ remaining = 10_000 } = {}): Context => ({
  callbackWaitsForEmptyEventLoop: true,
  functionName: 'test',
  functionVersion: '$LATEST',
  invokedFunctionArn: 'arn:aws:lambda:us-east-1:123456789012:function:test',
  memoryLimitInMB: '1024',
  awsRequestId: 'aws-request-id',
  logGroupName: 'group',
  logStreamName: 'stream',
  getRemainingTimeInMillis: () => remaining,
  done: () => undefined,
  fail: () => undefined,
  succeed: () => undefined,
});
