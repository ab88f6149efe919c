const KINDS = ['/test/e2e/', '/test/integration/', '/test/simulation/', '/test/'];

const rankOf = ({ path }) => KINDS.findIndex((kind) => path.includes(kind));

/**
 * Starts the files with servers and engines first, and of the unit tests those of the use cases,
 * which the reverse of the alphabet does. They take longest, and would otherwise keep one worker
 * busy at the end while the others have nothing to do. Jest's own order does this only on a machine
 * that has run the tests before.
 */
export default class LongestFirst {
  sort(tests) {
    return tests.toSorted((a, b) => rankOf(a) - rankOf(b) || b.path.localeCompare(a.path));
  }

  cacheResults() {}
}
