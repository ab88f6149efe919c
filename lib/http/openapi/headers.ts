/** Headers of answers. */

export const CORRELATION_ID = {
  description: 'The id of the call, which the logs also have: the caller’s if it sent one.',
  schema: { type: 'string', pattern: '^[\\x21-\\x7e]{1,128}$' },
};

export const RETRY_AFTER = {
  description: 'Seconds to wait before the same call is sent again.',
  required: false,
  schema: { type: 'integer', minimum: 0 },
};

export const location = (description: string) => ({
  description,
  required: true,
  schema: { type: 'string', format: 'uri-reference' },
});
