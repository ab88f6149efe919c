/** The rules of the architecture, and the lines of a source that break them. */
import { posix } from 'node:path';
import { parseSync } from '@swc/core';

/** A line that breaks a rule. */
export type Violation = { readonly file: string; readonly line: number; readonly rule: string };

/** A part of `lib`, `functions` or `cli`, and what it may import besides itself. */
type Layer = {
  readonly imports: readonly string[];
  /** Files of which it may import types only: the interfaces that it implements. */
  readonly types?: readonly string[];
  /** It may import only files of the project: no package, and no module of Node. */
  readonly pure?: true;
};

/** Small tools beside the layers, and the one file that touches the machine. */
const TOOLS = [
  'lib/batches.ts',
  'lib/correlation-id.ts',
  'lib/group-by.ts',
  'lib/retry.ts',
  'lib/runtime.ts',
  'lib/seeded-random.ts',
  'lib/settings.ts',
  'lib/time-budget.ts',
];

const RULES_OF_THE_SHOP = ['lib/domain', 'lib/use-cases', ...TOOLS];

/** From the top down. A source belongs to the layer that its path begins with. */
const LAYERS: Readonly<Record<string, Layer>> = {
  // An audit reads the tables themselves.
  'cli/aws': {
    imports: [
      'cli',
      'lib/aws',
      'lib/dynamodb',
      'lib/audit',
      'lib/queue/sent-at.ts',
      'local/aws.ts',
      'local/port-settings.ts',
      ...TOOLS,
    ],
  },
  // It speaks to the system from the outside, in the words of the API and of the queue.
  cli: {
    imports: [
      ...['lib/audit', 'lib/import'],
      ...['lib/http/operation.ts', 'lib/http/operations', 'lib/queue/message.ts'],
      ...['lib/fields.ts', 'lib/idempotency-key.ts', 'lib/domain', ...TOOLS],
      // Where the system on this machine is, and whether it can run here.
      ...['local/aws.ts', 'local/port-settings.ts', 'local/ports.ts', 'local/dynamodb-engine.ts'],
    ],
    types: ['lib/http/resources.ts'],
  },
  functions: {
    imports: [
      ...['lib/http', 'lib/queue', 'lib/observability', 'lib/audit', 'lib/shop.ts'],
      ...['lib/events', 'lib/event-bus', 'lib/idempotency-key.ts'],
      ...RULES_OF_THE_SHOP,
    ],
  },
  // Where use cases meet the adapters that they are given.
  'lib/shop.ts': {
    imports: ['lib/dynamodb', 'lib/runtime.ts'],
    types: ['lib/use-cases/ports.ts', 'lib/audit/ports.ts'],
  },
  'lib/http': {
    imports: [
      ...['lib/observability', 'lib/aws', 'lib/fields.ts', 'lib/idempotency-key.ts'],
      ...RULES_OF_THE_SHOP,
    ],
  },
  'lib/queue': {
    imports: [
      ...['lib/observability', 'lib/fields.ts', 'lib/idempotency-key.ts', 'lib/aws'],
      ...['lib/domain', ...TOOLS],
    ],
    types: ['lib/use-cases/ports.ts'],
  },
  // Between the streams of the tables and EventBridge.
  'lib/event-bus': { imports: ['lib/events', 'lib/dynamodb/images.ts', 'lib/aws', ...TOOLS] },
  'lib/observability': {
    imports: RULES_OF_THE_SHOP,
    types: ['lib/audit/report.ts', 'lib/events/publish.ts'],
  },
  // What changes of the shop tell others, in the words of the API.
  'lib/events': { imports: ['lib/http/resources.ts', 'lib/domain', ...TOOLS] },
  // It checks the laws from the outside, and repairs through the use cases.
  'lib/audit': { imports: RULES_OF_THE_SHOP },
  // It derives what the shop would have written, and writes it through the shop's own commit.
  'lib/import': {
    imports: ['lib/audit', 'lib/group-commit', 'lib/fields.ts', ...RULES_OF_THE_SHOP],
  },
  // What HTTP and the queue both read.
  'lib/fields.ts': { imports: ['lib/domain', 'lib/settings.ts'] },
  'lib/idempotency-key.ts': { imports: ['lib/fields.ts'] },
  'lib/use-cases': { imports: ['lib/group-commit', 'lib/domain', ...TOOLS] },
  'lib/group-commit': { imports: ['lib/domain', ...TOOLS] },
  'lib/dynamodb': {
    imports: ['lib/aws', 'lib/domain', ...TOOLS],
    types: ['lib/use-cases/ports.ts', 'lib/audit/ports.ts'],
  },
  'lib/aws': { imports: TOOLS },
  'lib/domain': { imports: [], pure: true },
  ...Object.fromEntries(TOOLS.map((tool) => [tool, { imports: TOOLS }])),
};

/** Who may know the AWS SDK. */
const KNOW_AWS = ['lib/dynamodb', 'lib/queue', 'lib/event-bus', 'lib/aws', 'cli/aws'];

/** Files that may import the types of what Lambda hands over. */
const KNOW_LAMBDA = [
  'functions',
  'lib/http',
  'lib/queue',
  'lib/event-bus',
  'lib/observability',
  'lib/time-budget.ts',
];

/** The only file that may use the clock, random numbers and timers. */
const MACHINE = 'lib/runtime.ts';

const AMBIENT_MODULES = /^(node:)?(timers(\/promises)?|perf_hooks)$|^ulid$/;
const AMBIENT = new Set([
  'Date.now',
  'Math.random',
  'AbortSignal.timeout',
  'process.hrtime',
  'performance',
  'setTimeout',
  'setInterval',
  'setImmediate',
]);
/** Names in `node:crypto` and in the global `crypto` that make random values. */
const CHANCE = new Set(['randomUUID', 'randomBytes', 'randomInt', 'getRandomValues']);

type Node = { readonly type: string; readonly span?: { readonly start: number } } & Readonly<
  Record<string, unknown>
>;

const isWithin = (path: string, place: string): boolean =>
  path === place || path.startsWith(`${place}/`);

const isWithinAny = (path: string, places: readonly string[]): boolean =>
  places.some((place) => isWithin(path, place));

/**
 * @param file its path relative to the folder of the project, as in `lib/domain/order.ts`
 * @param source TypeScript
 */
export const violationsIn = (file: string, source: string): Violation[] => {
  // A statement of our own comes first: the parser counts bytes from an origin that it keeps to itself.
  const text = Buffer.from(`;${source}`);
  const program = parseSync(`;${source}`, { syntax: 'typescript', target: 'es2023' });
  const origin = program.body[0]?.span.start ?? 0;
  const lineOf = ({ span }: Node): number =>
    text
      .subarray(0, (span?.start ?? origin) - origin)
      .toString()
      .split('\n').length;
  const [place, layer] = layerOf(file);
  const violations: Violation[] = [];
  for (const node of nodesOf(program)) {
    const imported = importOf(node);
    const rules = [
      ...(imported ? brokenByImport(file, place, layer, imported) : []),
      ...(imported ? brokenByPackage(file, imported) : []),
      ...brokenByUse(file, node),
    ];
    violations.push(...rules.map((rule) => ({ file, line: lineOf(node), rule })));
  }
  return violations;
};

/** @throws Error when no layer contains the file */
const layerOf = (file: string): [place: string, layer: Layer] => {
  const found = Object.entries(LAYERS).find(([place]) => isWithin(file, place));
  if (!found) throw new Error(`${file} belongs to no layer: give its folder a place among them.`);
  return found;
};

/** Every node of a syntax tree, except for plain names of properties. */
function* nodesOf(value: unknown): Generator<Node> {
  if (Array.isArray(value)) {
    for (const one of value) yield* nodesOf(one);
  } else if (typeof value === 'object' && value !== null) {
    if (isNode(value)) yield value;
    for (const [name, child] of Object.entries(value)) {
      const isName = ['property', 'key', 'label'].includes(name) && typeOf(child) === 'Identifier';
      if (!isName) yield* nodesOf(child);
    }
  }
}

const isNode = (value: unknown): value is Node =>
  typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string';

const typeOf = (value: unknown): string | undefined => (isNode(value) ? value.type : undefined);

/** The text of a name or a string; undefined for any other node. */
const textOf = (node: unknown): string | undefined =>
  isNode(node) && typeof node.value === 'string' ? node.value : undefined;

type Import = { readonly from: string; readonly typesOnly: boolean };

/** The module that a node imports, in any syntax. */
const importOf = (node: Node): Import | undefined => {
  const types = (specifiers: unknown): boolean =>
    Array.isArray(specifiers) &&
    specifiers.length > 0 &&
    specifiers.every(({ isTypeOnly }) => isTypeOnly === true);
  switch (node.type) {
    case 'ImportDeclaration':
    case 'ExportNamedDeclaration':
    case 'ExportAllDeclaration': {
      const from = textOf(node.source);
      const typesOnly = node.typeOnly === true || types(node.specifiers);
      return from === undefined ? undefined : { from, typesOnly };
    }
    case 'CallExpression': {
      if (typeOf(node.callee) !== 'Import') return undefined;
      const [argument] = node.arguments as readonly { readonly expression: unknown }[];
      return { from: textOf(argument?.expression) ?? '(computed)', typesOnly: false };
    }
    case 'TsImportType':
      return { from: textOf(node.argument) ?? '(computed)', typesOnly: true };
    default:
      return undefined;
  }
};

function* brokenByImport(
  file: string,
  place: string,
  layer: Layer,
  { from, typesOnly }: Import,
): Generator<string> {
  if (!from.startsWith('.')) {
    if (layer.pure) yield `${place} may import no package: ${from}`;
    return;
  }
  const target = posix.join(posix.dirname(file), from);
  if (isWithinAny(target, [place, ...layer.imports])) return;
  if (!isWithinAny(target, layer.types ?? [])) yield `${place} may not import ${target}`;
  else if (!typesOnly) yield `${place} may import only types of ${target}`;
}

function* brokenByPackage(file: string, { from, typesOnly }: Import): Generator<string> {
  if (/^@(aws-sdk|smithy)\//.test(from) && !isWithinAny(file, KNOW_AWS)) {
    yield `only ${KNOW_AWS.join(', ')} may import the AWS SDK: ${from}`;
  }
  if (from === 'aws-lambda' && !(typesOnly && isWithinAny(file, KNOW_LAMBDA))) {
    yield 'only the edges may import aws-lambda, and only types';
  }
  if (AMBIENT_MODULES.test(from) && file !== MACHINE) yield ambient(from);
}

const ambient = (what: string): string => `only ${MACHINE} may use ${what}`;

function* brokenByUse(file: string, node: Node): Generator<string> {
  if (file === MACHINE) return;
  const calls = pathOf(node.callee);
  const hasArguments = Array.isArray(node.arguments) && node.arguments.length > 0;
  if (node.type === 'NewExpression' && calls === 'Date' && !hasArguments) {
    yield ambient('new Date() without an argument');
  }
  if (node.type === 'CallExpression' && calls === 'Date') yield ambient('Date()');
  const path = pathOf(node);
  const last = path?.split('.').at(-1) ?? '';
  if (path !== undefined && (AMBIENT.has(path) || CHANCE.has(last))) yield ambient(path);
}

/** A name or a member as written, without `globalThis`; undefined for any other node. */
const pathOf = (node: unknown): string | undefined => {
  if (!isNode(node)) return undefined;
  if (node.type === 'Identifier') return textOf(node);
  if (node.type !== 'MemberExpression') return undefined;
  const { property } = node;
  const member =
    typeOf(property) === 'Computed' ? textOf((property as Node).expression) : textOf(property);
  const object = pathOf(node.object) ?? '(…)';
  return object === 'globalThis' ? member : `${object}.${member}`;
};
