/** Paths of expressions, and the values at them. */
import { invalid, UnfitItemError } from './errors.ts';
import type { Path } from './expression-grammar.ts';
import type { Placeholders } from './expressions.ts';
import { isMap, type Row } from './values.ts';

/** A path with all placeholders resolved. */
export const resolve = (path: Path, { ExpressionAttributeNames }: Placeholders): Path =>
  ExpressionAttributeNames
    ? path.map((step) =>
        typeof step === 'string' && step.startsWith('#')
          ? (ExpressionAttributeNames[step] ?? step)
          : step,
      )
    : path;

const stepInto = (value: unknown, step: string | number): unknown => {
  if (typeof step === 'number') return Array.isArray(value) ? value[step] : undefined;
  return isMap(value) && Object.hasOwn(value, step) ? value[step] : undefined;
};

/** The value at a resolved path; undefined if there is none. */
export const valueAt = (row: Row | undefined, path: Path): unknown =>
  path.reduce<unknown>((value, step) => stepInto(value, step), row);

/** @throws UnfitItemError when the parent of the path does not exist */
const parentOf = (row: Row, path: Path): Row | unknown[] => {
  const parent = valueAt(row, path.slice(0, -1));
  const fits = typeof path.at(-1) === 'number' ? Array.isArray(parent) : isMap(parent);
  if (!fits) throw new UnfitItemError(`there is no way to ${path.join('.')}`);
  return parent as Row | unknown[];
};

/** Sets the value at a resolved path of a row that is not shared. */
export const setAt = (row: Row, path: Path, value: unknown): void => {
  const parent = parentOf(row, path);
  const last = path.at(-1);
  // An index beyond the end of a list appends the value.
  if (Array.isArray(parent)) parent[Math.min(Number(last), parent.length)] = value;
  else parent[String(last)] = value;
};

/** Removes the value at a resolved path of a row that is not shared. */
export const removeAt = (row: Row, path: Path): void => {
  const parent = parentOf(row, path);
  const last = path.at(-1);
  if (Array.isArray(parent)) parent.splice(Number(last), 1);
  else delete parent[String(last)];
};

/**
 * Refuses resolved paths if one of them is equal to another or inside of it.
 *
 * @throws FakeError
 */
export const checkOverlap = (paths: readonly Path[]): void => {
  const texts = new Set<string>();
  for (const path of paths) {
    const text = JSON.stringify(path);
    if (texts.has(text)) throw invalid('two paths are the same');
    texts.add(text);
  }
  for (const path of paths) {
    for (let length = 1; length < path.length; length += 1) {
      if (texts.has(JSON.stringify(path.slice(0, length)))) throw invalid('two paths overlap');
    }
  }
};

/** An item with only the values at these paths. */
export const project = (row: Row, paths: readonly Path[]): Row => {
  const projected: Row = {};
  for (const path of paths) {
    const value = valueAt(row, path);
    if (value !== undefined) place(projected, path, value);
  }
  return projected;
};

const place = (into: Row, [first, ...rest]: Path, value: unknown): void => {
  const name = String(first);
  if (rest.length === 0) {
    into[name] = value;
    return;
  }
  if (rest.some((step) => typeof step === 'number')) {
    throw new Error('The fake DynamoDB projects no elements of lists.');
  }
  const inner = (into[name] ?? {}) as Row;
  into[name] = inner;
  place(inner, rest, value);
};
