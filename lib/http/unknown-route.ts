import { OPERATIONS } from './operations/index.ts';
import { Problem } from './problem.ts';

/**
 * The problem of a request that no route takes: `method_not_allowed` if the path takes other
 * methods, else `not_found`.
 *
 * @param path as it was sent, without the query
 */
export const unknownRoute = (path: string): Problem => {
  const allowed = OPERATIONS.filter((operation) => isAt(operation.path, path)).map((operation) =>
    operation.method.toUpperCase(),
  );
  return allowed.length === 0
    ? new Problem('not_found', 'GET /docs lists what this API has')
    : new Problem(
        'method_not_allowed',
        `It takes ${allowed.join(', ')}`,
        {},
        { allow: allowed.join(', ') },
      );
};

/** Whether a path fits a pattern such as `/orders/{orderId}`. A parameter is never empty. */
const isAt = (pattern: string, path: string): boolean => {
  const wanted = pattern.split('/');
  const given = path.split('/');
  return (
    wanted.length === given.length &&
    wanted.every((part, index) =>
      part.startsWith('{') ? given[index] !== '' : part === given[index],
    )
  );
};
