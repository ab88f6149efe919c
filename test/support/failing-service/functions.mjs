const json = (body) => ({
  statusCode: 200,
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(body),
});

export const getHealth = async () => json({ status: 'ok' });

export const getRequestId = async ({ requestContext: { requestId } }) => json({ requestId });

export const throwError = async () => {
  throw new Error('[418] out of beans');
};

export const waitForever = () => new Promise(() => {});
