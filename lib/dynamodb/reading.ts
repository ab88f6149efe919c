/**
 * How numbers are read. A number that JavaScript cannot represent is reported where its row is read.
 * By default the SDK would throw away the whole answer that contains it.
 */
export const READING = { wrapNumbers: Number } as const;
