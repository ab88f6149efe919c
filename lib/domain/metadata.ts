/** What a shop notes about an order or a product for its own programs. Nothing here reads it. */
export type Metadata = Readonly<Record<string, string>>;

/** Whether two say the same; the sequence of the fields does not matter. */
export const isSame = (one: Metadata = {}, other: Metadata = {}): boolean => {
  const names = Object.keys(one);
  return (
    names.length === Object.keys(other).length && names.every((name) => one[name] === other[name])
  );
};
