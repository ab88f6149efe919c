import type { RepairReport } from '../../lib/audit/repair/repair-shop.ts';
import type { AuditReport } from '../../lib/audit/report.ts';
import type { Change } from '../../lib/domain/change.ts';
import { table } from '../table.ts';
import { counted, grouped } from '../text.ts';

/** Findings that a terminal shows; `--json` has all. */
const SHOWN = 100;

export const auditText = (report: AuditReport, width: number): string => {
  const { rows, findings, more, unproven, unfinished, isComplete } = report;
  const total = findings.length + more;
  const read = `${counted(rows.products, 'product')}, ${counted(rows.orders, 'order')} and ${counted(rows.movements, 'movement')}`;
  return [
    ...(total === 0 ? [] : [findingsTable(report, width), '']),
    total === 0 ? `All laws hold over ${read}.` : `${counted(total, 'finding')} in ${read}.`,
    ...(total > SHOWN
      ? [`The first ${SHOWN} are shown; --json has ${grouped(findings.length)}.`]
      : []),
    ...(unfinished > 0
      ? [`${counted(unfinished, 'order')} between two steps: the sweep finishes them.`]
      : []),
    ...(unproven.length > 0
      ? [
          `${grouped(unproven.length)} could not be looked at, too busy: audit again at a quiet hour.`,
        ]
      : []),
    ...(isComplete ? [] : ['It was stopped before the end.']),
  ].join('\n');
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
    case 'mend-product': {
      const { asRead, counters } = change;
      return `set on hand ${asRead.stockQuantity} to ${counters.stockQuantity}, reserved ${asRead.reservedQuantity} to ${counters.reservedQuantity}, movements ${asRead.movementCount} to ${counters.movementCount}`;
    }
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
