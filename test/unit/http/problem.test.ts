import { describe, expect, test } from '@jest/globals';
import { orderNotFound, Problem, productNotFound } from '../../../lib/http/problem.ts';

describe('A problem', () => {
  test('has the fields of RFC 9457 and a code', () => {
    expect(new Problem('try_again', 'Order o1 could not be cancelled in time').toBody()).toEqual({
      type: 'about:blank',
      title: 'Not done in time',
      status: 503,
      detail: 'Order o1 could not be cancelled in time',
      code: 'try_again',
    });
  });

  test('has the additional fields of its code', () => {
    const shortages = [{ productId: 'mug', requested: 2, available: 1 }];

    expect(
      new Problem('insufficient_stock', 'Nothing was reserved', { shortages }).toBody(),
    ).toMatchObject({ status: 409, shortages });
  });

  test('is an error with the status of its code', () => {
    const problem = orderNotFound('o1');

    expect(problem).toBeInstanceOf(Error);
    expect(problem).toMatchObject({
      name: 'Problem',
      code: 'order_not_found',
      status: 404,
      message: 'There is no order o1',
    });
  });

  test('names all missing products', () => {
    expect(productNotFound(['mug', 'cup'])).toMatchObject({
      code: 'product_not_found',
      status: 404,
      message: 'There is no product mug, cup',
    });
  });

  test('names the first of very many products', () => {
    const ids = Array.from({ length: 1_000 }, (_, index) => `p${index + 1}`);

    expect(productNotFound(ids).message).toBe(
      'There is no product p1, p2, p3, p4, p5, p6, p7, p8, p9, p10, and 990 more',
    );
    expect(productNotFound(ids.slice(0, 10)).message).toMatch(/p9, p10$/);
  });
});
