import { FINDING_KINDS, type FindingKind, type ImportReport } from '../../lib/import/report.ts';
import { EXIT, type ExitCode } from '../exit-code.ts';
import { table } from '../table.ts';
import { counted, grouped, wrapped } from '../text.ts';

/** Findings that a terminal shows; `--report` writes all. */
const SHOWN = 50;

export const exitCodeOf = ({ findings, differing }: ImportReport): ExitCode =>
  findings.length > 0 || differing > 0 ? EXIT.refused : EXIT.done;

export const importText = (report: ImportReport, width: number): string => {
  const { isApplied, read, products, orders, movements, stillCounted, differing } = report;
  const rows = Object.entries(read).map(([what, count]) => `${grouped(count)} ${what}`);
  const verb = isApplied ? 'Written' : 'To be written';
  const there = products.same + orders.same;
  const sentences = [
    `Read ${rows.join(', ') || 'nothing'}.`,
    `${verb}: ${counted(products.new, 'product')}, ${counted(orders.new, 'order')} and ${counted(movements, 'movement')}.`,
    ...(there > 0
      ? [`There already: ${counted(products.same, 'product')}, ${counted(orders.same, 'order')}.`]
      : []),
    ...(differing > 0
      ? [`${grouped(differing)} are there and differ, or are in the way: they are left alone.`]
      : []),
    ...(stillCounted.units > 0
      ? [
          `${counted(stillCounted.units, 'unit')} of ${counted(stillCounted.products, 'product')} have been shipped, and were still counted on hand and reserved: they no longer are. What is available stays the same.`,
        ]
      : []),
    ...(isApplied ? [] : ['Nothing was written. --apply writes it.']),
  ];
  return [
    ...findingsText(report, width),
    ...differencesText(report, width),
    ...sentences.map((sentence) => wrapped(sentence, width)),
  ].join('\n');
};

const findingsText = ({ found, findings }: ImportReport, width: number): string[] => {
  if (findings.length === 0) return [];
  const total = Object.values(found).reduce((sum, count) => sum + count, 0);
  const kinds = Object.entries(found) as [FindingKind, number][];
  return [
    table(
      [
        { title: 'what is wrong', kind: 'text' },
        { title: 'where', kind: 'text' },
        { title: 'what the data say', kind: 'text' },
        { title: 'what is done', kind: 'text' },
      ],
      findings
        .slice(0, SHOWN)
        .map(({ kind, orderId, productId, source, is, done }) => [
          FINDING_KINDS[kind],
          placeOf({ orderId, productId, source }),
          is,
          done,
        ]),
      width,
    ),
    '',
    ...(total > SHOWN ? [`The first ${SHOWN} are shown; --report FILE writes all.`, ''] : []),
    table(
      [
        { title: 'what is wrong in the old shop', kind: 'text' },
        { title: 'how often', kind: 'number' },
      ],
      kinds.map(([kind, count]) => [FINDING_KINDS[kind], grouped(count)]),
      width,
    ),
    '',
  ];
};

type Where = {
  readonly orderId?: string | undefined;
  readonly productId?: string | undefined;
  readonly source?: string | undefined;
};

const placeOf = ({ orderId, productId, source }: Where): string =>
  [
    ...(source === undefined ? [] : [source]),
    ...(orderId === undefined ? [] : [`order ${orderId}`]),
    ...(productId === undefined ? [] : [`product ${productId}`]),
  ].join(', ');

const differencesText = ({ differences }: ImportReport, width: number): string[] =>
  differences.length === 0
    ? []
    : [
        table(
          [
            { title: 'left alone', kind: 'text' },
            { title: 'because it', kind: 'text' },
          ],
          differences.slice(0, SHOWN).map(({ of, id, is }) => [`${of} ${id}`, is]),
          width,
        ),
        '',
      ];
