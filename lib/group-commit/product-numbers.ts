/** Numbers the different products from 0, in their sequence: numbers are faster to look up. */
export const numberProducts = (
  products: readonly (readonly string[])[],
): readonly (readonly number[])[] => {
  const numbers = new Map<string, number>();
  const numberOf = (product: string): number => {
    const known = numbers.get(product);
    if (known === undefined) numbers.set(product, numbers.size);
    return known ?? numbers.size - 1;
  };
  return products.map((names) => names.map(numberOf));
};
