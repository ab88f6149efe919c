const KINDS = ['/test/e2e/', '/test/integration/', '/test/'];

const rankOf = ({ path }) => KINDS.findIndex((kind) => path.includes(kind));

/**
 * Starts the files with servers and engines first. They take longest, and would otherwise keep one
 * worker busy at the end while the others have nothing to do. Jest's own order does this only on a
 * machine that has run the tests before.
 */
export default class LongestFirst {
  sort(tests) {
    return tests.toSorted((a, b) => rankOf(a) - rankOf(b) || a.path.localeCompare(b.path));
  }

  cacheResults() {}
}
