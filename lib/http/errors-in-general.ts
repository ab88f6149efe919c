/**
 * What every path has in common, in paragraphs. HTTP APIs have no gateway responses, so nobody can
 * make problem details of the errors that come from API Gateway itself.
 */
export const ERRORS_IN_GENERAL: readonly string[] = [
  'Errors are problem details (RFC 9457) with a code. An unknown path is 404 not_found. Another method of a known path is 405 method_not_allowed, and the header Allow has the right ones.',
  'Some errors come from API Gateway itself, and are application/json, {"message": "…"}: 401 without a valid token or 403 without a valid signature, as the stage asks for one or the other, 403 when the token or the policy does not allow the call, 413 for a body of more than 10 MB, 429 for too many requests, 500 when a function failed or ran out of its time, 503 when it could not be called or did not answer within 30 seconds.',
];
