import type { RepairReport } from '../../lib/audit/repair/repair-shop.ts';
import type { AuditReport } from '../../lib/audit/report.ts';
import type { Change } from '../../lib/domain/change.ts';
import { EXIT, type ExitCode } from '../exit-code.ts';
import { table } from '../table.ts';
import { counted, grouped, wrapped } from '../text.ts';

/** Findings that a terminal shows; `--json` has all. */
const SHOWN = 100;

export const auditText = (report: AuditReport, width: number): string => {
  const { rows, findings, more, unproven, unfinished, isComplete } = report;
  const total = findings.length + more;
  const read = `${counted(rows.products, 'product')}, ${counted(rows.orders, 'order')} and ${counted(rows.movements, 'movement')}`;
  const isClear = total === 0 && unproven.length === 0 && isComplete;
  return [
    ...(total === 0 ? [] : [findingsTable(report, width), '']),
    isClear ? `All laws hold over ${read}.` : `${counted(total, 'finding')} in ${read}.`,
    ...(total > SHOWN
      ? [`The first ${SHOWN} are shown; --json has ${grouped(findings.length)}.`]
      : []),
    ...(unfinished > 0
      ? [
          `${counted(unfinished, 'order')} between two steps: the sweep finishes them, or the import that brings them in.`,
        ]
      : []),
    ...(unproven.length > 0 ? [unprovenText(unproven)] : []),
    ...(isComplete ? [] : ['It was stopped before the end.']),
  ]
    .map((line) => (line.includes('\n') ? line : wrapped(line, width)))
    .join('\n');
};

/** Names that a sentence can hold. */
const NAMED = 3;

const unprovenText = (unproven: AuditReport['unproven']): string => {
  const names = unproven.slice(0, NAMED).map(({ of, subject }) => `${of} ${subject}`);
  const others = unproven.length - names.length;
  const all = [...names, ...(others > 0 ? [`${grouped(others)} more`] : [])].join(', ');
  return `Too busy to be looked at: ${all}. Audit again at a quiet hour.`;
};

/** What was not looked at may be wrong: the same command again tells. */
export const exitCodeOf = ({ findings, unproven, isComplete }: AuditReport): ExitCode => {
  if (findings.length > 0) return EXIT.refused;
  return unproven.length > 0 || !isComplete ? EXIT.tryAgain : EXIT.done;
};

const findingsTable = ({ findings }: AuditReport, width: number): string =>
  table(
    [
      { title: 'law', kind: 'text' },
      { title: 'subject', kind: 'text' },
      { title: 'what is', kind: 'text' },
      { title: 'what ought to be', kind: 'text' },
    ],
    findings
      .slice(0, SHOWN)
      .map(({ law, of, subject, is, ought }) => [law, `${of} ${subject}`, is, ought]),
    width,
  );

export const repairText = ({ before, repairs, after }: RepairReport, width: number): string => {
  const steps = repairs.flatMap(({ subject, changes }) =>
    changes.length > 0
      ? changes.map((change) => [subject, stepOf(change)])
      : [[subject, after ? 'nothing was left to write' : 'too busy, or not readable']],
  );
  const plan =
    steps.length === 0
      ? []
      : [
          table(
            [
              { title: 'repair of', kind: 'text' },
              { title: after ? 'done' : 'would be done', kind: 'text' },
            ],
            steps,
            width,
          ),
          '',
        ];
  return [
    ...plan,
    auditText(after ?? before, width),
    ...(after || before.findings.length === 0 ? [] : ['Nothing was written. --apply writes it.']),
  ].join('\n');
};

/** One change in words; those that only require something are part of the others. */
const stepOf = (change: Change): string => {
  switch (change.type) {
    case 'mend-product':
      return counterSteps(change);
    case 'create-product':
      return 'open it again, because orders hold it';
    case 'record-movement':
      return `record ${change.movement.referenceId} ${change.movement.entry}: ${change.movement.quantity}`;
    case 'delete-movement':
      return `delete ${change.movement.referenceId} ${change.movement.entry}: ${change.movement.quantity}`;
    case 'update-order':
      return `write order ${change.order.id} again`;
    case 'require-order':
      return `if order ${change.order.id} is still at version ${change.order.version}`;
    default:
      return change.type;
  }
};

/** The counters that change, as in `set reserved 7 to 4`. */
const counterSteps = ({ asRead, counters }: Extract<Change, { type: 'mend-product' }>): string => {
  const { stockQuantity, reservedQuantity, movementCount } = counters;
  const steps = [
    ['on hand', asRead.stockQuantity, stockQuantity],
    ['reserved', asRead.reservedQuantity, reservedQuantity],
    ['available', asRead.availableQuantity, stockQuantity - reservedQuantity],
    ['movements', asRead.movementCount, movementCount],
  ] as const;
  return `set ${steps
    .filter(([, is, ought]) => is !== ought)
    .map(([name, is, ought]) => `${name} ${is} to ${ought}`)
    .join(', ')}`;
};
