/** What the description of the API says before its operations, in Markdown. */
export const INTRODUCTION = `Countermand cancels orders and gives their reserved stock back, exactly once: not twice after a retry, not zero times after a crash, and never for an order that has shipped.

Try it: open a product, place an order, and cancel it. Then list the movements of the order, which tell what was reserved and what came back.

## Who may call

On a developer’s machine nobody is asked. A deployed stage asks in one of two ways, except for what is about the service itself:

- **A token** (JWT) of the stage’s issuer. Each operation names the scope that its token needs. On this page, put the token into the field of the scheme \`jwt\`.
- **AWS IAM**: each request is signed with Signature Version 4. This page cannot sign; use the command line, the typed client, or a tool that signs.

This page shows the way of the stage that serves it. Without a field for a token or a signature, nobody is asked.

## Repeating a call

Every call can be repeated until it is answered. Names decide what is the same: the \`id\` of an order or a product, the \`referenceId\` of an adjustment, or an \`Idempotency-Key\`. A repeated call answers like the first one and changes nothing.

## Errors

Errors are problem details (RFC 9457) with a \`code\`. An unknown path is 404 \`not_found\`. Another method of a known path is 405 \`method_not_allowed\`, and the header \`Allow\` has the right ones.

Some errors come from API Gateway itself, before or instead of a function. They are \`application/json\`, \`{"message": "…"}\`:

| status | when |
|---|---|
| 401 | without a valid token, where the stage asks for one |
| 403 | without a valid signature, or when the token or the policy does not allow the call |
| 413 | a body of more than 10 MB |
| 429 | too many requests |
| 500 | a function failed or ran out of its time |
| 503 | a function could not be called, or did not answer within 30 seconds |
`;
