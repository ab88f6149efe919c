import { describe, expect, test } from '@jest/globals';
import { docsPage } from '../../../lib/http/docs-page.ts';
import { OPERATIONS, openApiDocument } from '../../../lib/http/openapi.ts';

describe('The description of the API', () => {
  test('has every route once, with what it takes and what it answers', () => {
    const { openapi, paths } = openApiDocument();

    expect(openapi).toBe('3.1.0');
    expect(Object.values(paths).flatMap((path) => Object.keys(path))).toHaveLength(
      OPERATIONS.length,
    );
    expect(paths['/orders']?.post).toMatchObject({
      requestBody: {
        content: {
          'application/json': {
            schema: { required: ['items'], properties: { items: { type: 'array', minItems: 1 } } },
          },
        },
      },
      responses: {
        201: { description: 'The order' },
        409: { description: 'order_exists, insufficient_stock' },
      },
    });
    expect(paths['/orders/{orderId}/movements']?.get).toMatchObject({
      parameters: [
        { name: 'orderId', in: 'path', required: true },
        { name: 'limit', in: 'query', required: false },
        { name: 'cursor', in: 'query', required: false },
        { name: 'movementType', in: 'query', required: false },
      ],
    });
    expect(paths['/health']?.get).not.toHaveProperty('security');
    expect(paths['/orders']?.get).toHaveProperty('security');
  });

  test('is a page as well', () => {
    const page = docsPage();

    for (const { method, path } of OPERATIONS) {
      expect(page).toContain(`${method.toUpperCase()} ${path}`);
    }
    expect(page).toContain('order_not_cancellable');
  });
});
