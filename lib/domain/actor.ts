/**
 * Who asked for a change.
 *
 * - `actor`: whom the authorizer names (`iam:` with an ARN, or `jwt:` with a subject), `local` on a
 *   developer's machine, `queue` for a message, `sweep` for an order that was due.
 * - `actorStated`: whom the caller says that it acts for. Nobody has checked it, so it never takes
 *   the place of `actor`.
 * - `correlationId`: of the call or message. The sweep has none of its own here.
 */
export type Actor = {
  readonly actor: string;
  readonly actorStated?: string | undefined;
  readonly correlationId?: string | undefined;
};

/** The attributes that tell who asked for a change; none if nobody told. */
export const asActor = (
  by: Actor | undefined,
): { readonly actor?: string; readonly actorStated?: string } => ({
  ...(by && { actor: by.actor }),
  ...(by?.actorStated !== undefined && { actorStated: by.actorStated }),
});

/**
 * The attribute by which the log tells of everything that a call began, also of what the sweep does
 * later; none if the call has no id, so that the order keeps that of the call before.
 */
export const asBegunBy = (by: Actor | undefined): { readonly correlationId?: string } => ({
  ...(by?.correlationId !== undefined && { correlationId: by.correlationId }),
});

/** Whether a text can name an actor: 1 to 255 printable ASCII characters, without blanks around. */
export const isActor = (text: unknown): text is string =>
  typeof text === 'string' && /^(?! )[\x20-\x7e]{1,255}(?<! )$/.test(text);
