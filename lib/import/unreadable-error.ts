/** What is to be imported cannot be read. The message names the file and what is wrong with it. */
export class UnreadableError extends Error {
  override readonly name = 'UnreadableError';
}
